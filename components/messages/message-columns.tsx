'use client'

import { useTranslations } from 'next-intl'
import { PayloadCell } from '@/components/record/payload-cell'
import { Tag } from '@/components/ui/badge'
import type { Column } from '@/components/ui/data-table'
import { Timestamp, useZoneName } from '@/components/ui/time'
import { Bytes, Num } from '@/components/ui/value'
import type { Message } from '@/lib/contracts/messages'

export function useMessageColumns(): Column<Message>[] {
  const t = useTranslations('messages')
  const zone = useZoneName()
  return [
    {
      id: 'time',
      header: t('column.time', { zone }),
      width: 196,
      rowHeader: true,
      render: row =>
        row.timestamp === null ? (
          <span className="text-text-3">{t('noTimestamp')}</span>
        ) : (
          <Timestamp at={row.timestamp} />
        ),
    },
    { id: 'partition', header: t('column.partition'), width: 44, align: 'end', render: row => row.partition },
    {
      id: 'offset',
      header: t('column.offset'),
      width: 104,
      align: 'end',
      mono: true,
      render: row => <Num value={row.offset} />,
    },
    {
      id: 'key',
      header: t('column.key'),
      width: 176,
      mono: true,
      hideBelow: 'sm',
      render: row => <PayloadCell payload={row.key} part="key" />,
    },
    {
      id: 'value',
      header: t('column.value'),
      mono: true,
      render: row => (
        <span className="flex min-w-0 items-center gap-1.5">
          {row.aborted ? <Tag title={t('abortedHelp')}>{t('aborted')}</Tag> : null}
          <PayloadCell payload={row.value} part="value" />
        </span>
      ),
    },
    {
      id: 'headers',
      header: t('column.headers'),
      width: 56,
      align: 'end',
      hideBelow: 'lg',
      render: row => row.headers.length,
    },
    {
      id: 'size',
      header: t('column.size'),
      width: 80,
      align: 'end',
      hideBelow: 'md',
      render: row => <Bytes value={row.size} />,
    },
  ]
}
