'use client'

import { useTranslations } from 'next-intl'
import type { Column } from '@/components/ui/data-table'
import { SparkBars } from '@/components/ui/spark'
import { TimeAgo } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { Cause, Expiry, IssueStatusMark, Route } from './issue-cells'

/** Two lines a row. With the drawer beside it the list drops "first": the drawer says it. */
export function useIssueColumns(narrow: boolean): Column<DeadLetterIssue>[] {
  const t = useTranslations('dead-letters')
  const columns: (Column<DeadLetterIssue> | null)[] = [
    {
      id: 'status',
      header: t('column.status'),
      width: 104,
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
      width: 112,
      align: 'end',
      render: row => <Num value={row.count} className="font-semibold" />,
    },
    {
      id: 'spark',
      header: t('column.spark'),
      help: t('issue.histogram'),
      width: 88,
      hideBelow: 'md',
      render: row => <SparkBars values={row.spark} tone={row.status === 'new' ? 'error' : 'quiet'} />,
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
    { id: 'last', header: t('column.last'), width: 84, render: row => <TimeAgo at={row.lastSeen} /> },
    narrow
      ? null
      : {
          id: 'assignee',
          header: t('issue.assignee'),
          width: 96,
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
      width: 124,
      hideBelow: 'md',
      render: row => <Expiry at={row.expiresAt} />,
    },
  ]
  return columns.filter(column => column !== null)
}
