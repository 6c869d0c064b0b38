'use client'

import { useTranslations } from 'next-intl'
import type { Column } from '@/components/ui/data-table'
import { TimeAgo } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { Cause, Expiry, IssueStatusMark, Route, TrendCell } from './issue-cells'
import { ReplayIcon } from './replay-link'

/** Two lines a row, and the way back at its end. With the drawer beside it the list drops what the drawer says. */
export function useIssueColumns(cluster: string, narrow: boolean): Column<DeadLetterIssue>[] {
  const t = useTranslations('dead-letters')
  const columns: (Column<DeadLetterIssue> | null)[] = [
    {
      id: 'status',
      header: t('column.status'),
      width: narrow ? 88 : 104,
      render: row => <IssueStatusMark status={row.status} />,
    },
    {
      id: 'cause',
      header: t('column.cause'),
      rowHeader: true,
      wrap: true,
      render: row => (
        <span className="flex min-w-0 flex-col leading-5">
          <span className="truncate">
            <Cause exceptionClass={row.exceptionClass} message={row.message} />
          </span>
          <span className="truncate">
            <Route issue={row} />
          </span>
        </span>
      ),
    },
    {
      id: 'count',
      header: t('column.count'),
      help: t('column.countHelp'),
      width: narrow ? 72 : 100,
      align: 'end',
      render: row => <Num value={row.count} className="font-semibold" />,
    },
    {
      id: 'spark',
      header: t('column.spark'),
      help: t('trend.help'),
      width: 120,
      hideBelow: 'md',
      render: row => <TrendCell issue={row} />,
    },
    narrow
      ? null
      : {
          id: 'first',
          header: t('column.first'),
          width: 92,
          hideBelow: 'lg',
          render: row => <TimeAgo at={row.firstSeen} className="text-text-2" />,
        },
    {
      id: 'last',
      header: t('column.last'),
      width: narrow ? 76 : 84,
      render: row => <TimeAgo at={row.lastSeen} />,
    },
    narrow
      ? null
      : {
          id: 'assignee',
          header: t('issue.assignee'),
          width: 88,
          hideBelow: 'lg',
          render: row =>
            row.assignee === null ? (
              <span className="text-text-3">—</span>
            ) : (
              <span className="truncate" title={row.assignee}>
                {row.assignee}
              </span>
            ),
        },
    {
      id: 'expires',
      header: t('column.expires'),
      help: t('column.expiresHelp'),
      width: narrow ? 92 : 108,
      hideBelow: 'md',
      render: row => <Expiry at={row.expiresAt} />,
    },
    narrow
      ? null
      : {
          id: 'replay',
          header: <span className="sr-only">{t('record.replay')}</span>,
          width: 52,
          align: 'end',
          hideBelow: 'md',
          render: row => <ReplayIcon cluster={cluster} issue={row} />,
        },
  ]
  return columns.filter(column => column !== null)
}
