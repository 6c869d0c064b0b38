'use client'

import { useTranslations } from 'next-intl'
import type { Column } from '@/components/ui/data-table'
import { Timestamp, useZoneName } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import type { DeadLetterRow } from '@/lib/contracts/dead-letters'
import { shortTopic } from '@/lib/format'
import { IssueStatusMark } from './issue-cells'

export function useRecordColumns(): Column<DeadLetterRow>[] {
  const t = useTranslations('dead-letters')
  const zone = useZoneName()
  return [
    {
      id: 'status',
      header: t('column.status'),
      width: 104,
      render: row => <IssueStatusMark status={row.status} />,
    },
    {
      id: 'time',
      header: t('column.time', { zone }),
      width: 190,
      rowHeader: true,
      render: row => <Timestamp at={row.timestamp} />,
    },
    {
      id: 'place',
      header: t('column.place'),
      width: 120,
      mono: true,
      hideBelow: 'sm',
      render: row => (
        <span title={row.topic}>
          P{row.partition} / <Num value={row.offset} />
        </span>
      ),
    },
    {
      id: 'origin',
      header: t('column.origin'),
      width: 220,
      mono: true,
      hideBelow: 'lg',
      render: ({ origin }) =>
        origin.topic === null ? (
          <span className="text-text-3">{t('unknownOrigin')}</span>
        ) : (
          <span title={origin.topic}>
            {shortTopic(origin.topic)}
            {origin.partition === null ? '' : ` P${origin.partition}`}
            {origin.offset === null ? '' : ` / ${origin.offset}`}
          </span>
        ),
    },
    {
      id: 'key',
      header: t('column.key'),
      width: 150,
      mono: true,
      hideBelow: 'md',
      render: row => row.key ?? <span className="text-stall italic">null</span>,
    },
    {
      id: 'message',
      header: t('column.message'),
      render: row => <span title={row.message ?? undefined}>{row.message ?? t('noMessage')}</span>,
    },
    {
      id: 'attempts',
      header: t('column.attempts'),
      width: 64,
      align: 'end',
      hideBelow: 'lg',
      render: row => <Num value={row.attempts} />,
    },
  ]
}
