'use client'

import { useTranslations } from 'next-intl'
import type { Column } from '@/components/ui/data-table'
import { MonoId } from '@/components/ui/mono-id'
import { Timestamp, useZoneName } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import type { DeadLetterRow } from '@/lib/contracts/dead-letters'
import { middleTruncate, shortTopic } from '@/lib/format'
import { IssueStatusMark, Line } from './issue-cells'

/** Letters of one issue: when, where, from where, whose key, and what it said. */
export function useRecordColumns(): Column<DeadLetterRow>[] {
  const t = useTranslations('dead-letters')
  const zone = useZoneName()
  return [
    {
      id: 'status',
      header: t('column.status'),
      width: 96,
      render: row => <IssueStatusMark status={row.status} />,
    },
    {
      id: 'time',
      header: t('column.time', { zone }),
      width: 180,
      rowHeader: true,
      render: row => <Timestamp at={row.message.timestamp} />,
    },
    {
      id: 'place',
      header: t('column.place'),
      help: t('column.placeHelp'),
      width: 132,
      mono: true,
      hideBelow: 'sm',
      render: row => (
        <span title={row.topic}>
          P{row.message.partition} / <Num value={row.message.offset} />
        </span>
      ),
    },
    {
      id: 'origin',
      header: t('column.origin'),
      width: 250,
      mono: true,
      hideBelow: 'lg',
      render: ({ origin }) =>
        origin.topic === null ? (
          <span className="font-sans text-text-3">{t('unknownOrigin')}</span>
        ) : (
          <span title={origin.topic}>
            <bdi translate="no">{middleTruncate(shortTopic(origin.topic), 20)}</bdi>
            {origin.partition === null ? '' : ` P${origin.partition}`}
            {origin.offset === null ? null : (
              <>
                {' / '}
                <Num value={origin.offset} />
              </>
            )}
          </span>
        ),
    },
    {
      id: 'key',
      header: t('column.key'),
      width: 150,
      mono: true,
      hideBelow: 'md',
      render: row =>
        // Keys of one service differ at their end.
        row.key === null ? <span className="text-stall italic">null</span> : <MonoId id={row.key} />,
    },
    {
      id: 'message',
      header: t('column.message'),
      render: row => (
        <span title={row.exception.message?.slice(0, 500)}>
          {row.exception.message === null ? (
            <span className="text-text-3">{t('noMessage')}</span>
          ) : (
            <Line text={row.exception.message} />
          )}
        </span>
      ),
    },
    {
      id: 'attempts',
      header: t('column.attempts'),
      help: t('column.attemptsHelp'),
      width: 92,
      align: 'end',
      hideBelow: 'lg',
      render: row => <Num value={row.attempts} reason={t('noAttempts')} />,
    },
  ]
}
