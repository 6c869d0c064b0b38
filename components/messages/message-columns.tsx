'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { PayloadCell } from '@/components/record/payload-cell'
import type { Column } from '@/components/ui/data-table'
import { RestTooltip } from '@/components/ui/rest-tooltip'
import { Timestamp, useZoneName } from '@/components/ui/time'
import { Tooltip } from '@/components/ui/tooltip'
import { Bytes, Num } from '@/components/ui/value'
import { VisibleText } from '@/components/ui/visible-text'
import type { TableTime } from '@/lib/contracts/message-table'
import type { Message } from '@/lib/contracts/messages'
import { middleTruncate } from '@/lib/format'
import { type FieldCell, fieldCell } from './field-value'
import type { Hit } from './search-state'
import { TransactionTag } from './transaction-tag'
import { useTableSettings } from './use-table-settings'

type Words = ReturnType<typeof useTranslations<'messages'>>

const NO_FIELDS: readonly string[] = []
const ROOT = /^(value|key)\./

/** The record's own columns, and between key and value those made of fields. */
export function useMessageColumns(fields: readonly string[] = NO_FIELDS): Column<Message>[] {
  const t = useTranslations('messages')
  const zone = useZoneName()
  const { time } = useTableSettings()
  return useMemo(() => messageColumns(t, zone, time, fields), [t, zone, time, fields])
}

function messageColumns(
  t: Words,
  zone: string,
  time: TableTime,
  fields: readonly string[],
): Column<Message>[] {
  return [
    {
      id: 'time',
      header: time === 'epoch' ? t('column.epoch') : t('column.time', { zone }),
      help: t('help.time'),
      width: 188,
      sortKey: 'time',
      sortDescFirst: true,
      rowHeader: true,
      render: row => <MessageTime message={row} form={time} />,
    },
    {
      id: 'partition',
      header: t('column.partition'),
      help: t('help.partition'),
      width: 44,
      align: 'end',
      hideBelow: 'sm',
      render: row => row.partition,
    },
    {
      id: 'offset',
      header: t('column.offset'),
      width: 104,
      align: 'end',
      mono: true,
      hideBelow: 'sm',
      render: row => <Num value={row.offset} />,
    },
    {
      id: 'key',
      header: t('column.key'),
      width: 160,
      mono: true,
      hideBelow: 'sm',
      render: row => <PayloadCell payload={row.key} part="key" />,
    },
    ...fields.map(
      (path): Column<Message> => ({
        id: `field ${path}`,
        header: <FieldName path={path} />,
        width: 128,
        mono: true,
        hideBelow: 'sm',
        render: row => <FieldValue cell={fieldCell(row, path)} />,
      }),
    ),
    {
      id: 'value',
      header: t('column.value'),
      mono: true,
      render: row => (
        <span className="flex min-w-0 items-center gap-1.5">
          <TransactionTag message={row} />
          <PayloadCell payload={row.value} part="value" />
        </span>
      ),
    },
    {
      id: 'headers',
      header: t('column.headers'),
      width: 72,
      align: 'end',
      hideBelow: 'lg',
      render: row => {
        const count = row.headers.length + (row.moreHeaders ?? 0)
        return <span className={count === 0 ? 'text-text-3' : ''}>{count}</span>
      },
    },
    {
      id: 'size',
      header: t('column.size'),
      help: t('help.size'),
      width: 84,
      align: 'end',
      hideBelow: 'md',
      render: row => <Bytes value={row.size} />,
    },
  ]
}

/** Columns of a live tail: where several topics are followed, each row says whose it is. */
export function useTailColumns(fields: readonly string[], several: boolean): Column<Hit>[] {
  const t = useTranslations('messages')
  const columns = useMessageColumns(fields)
  return useMemo(() => {
    const [time, ...others] = columns
    return several && time ? [time, topicColumn(t), ...others] : columns
  }, [columns, several, t])
}

const topicColumn = (t: Words): Column<Hit> => ({
  id: 'topic',
  header: t('column.topic'),
  width: 220,
  mono: true,
  hideBelow: 'sm',
  render: row => (
    <RestTooltip content={<span className="mono-sm">{row.topic}</span>}>
      <span className="truncate" translate="no">
        {middleTruncate(row.topic, 28)}
      </span>
    </RestTooltip>
  ),
})

/** `orderId` of `value.orderId`; the whole path is its tooltip. */
function FieldName({ path }: { path: string }) {
  return (
    <Tooltip content={<span className="mono-sm">{path}</span>}>
      <span className="truncate" translate="no">
        {path.replace(ROOT, '')}
      </span>
    </Tooltip>
  )
}

function FieldValue({ cell }: { cell: FieldCell }) {
  const t = useTranslations('search')
  if (cell.kind === 'absent') return <span className="text-text-3">—</span>
  if (cell.kind === 'unknown')
    return (
      <RestTooltip content={t('fieldUnknown')}>
        <span className="text-text-3">?</span>
      </RestTooltip>
    )
  return (
    <span className={cell.numeric ? 'block truncate text-right' : 'truncate'} translate="no">
      <VisibleText text={cell.text.slice(0, 300)} />
    </span>
  )
}

function MessageTime({ message, form = 'clock' }: { message: Message; form?: TableTime }) {
  const t = useTranslations('messages')
  if (message.timestamp === null) return <span className="text-text-3">{t('noTimestamp')}</span>
  return <Timestamp at={message.timestamp} epoch={form === 'epoch'} />
}

/** Pixels of a card: the chosen fields are one line more, and so is its topic where several are followed. */
export const messageCardHeight = (fields: readonly string[], several = false): number =>
  79 + (fields.length === 0 ? 0 : 22) + (several ? 22 : 0)

/** A row on a phone: when and where, key, the chosen fields, beginning of the value. */
export function MessageCard({
  message,
  topic = null,
  fields = NO_FIELDS,
}: {
  message: Message
  topic?: string | null
  fields?: readonly string[]
}) {
  return (
    <span className="flex min-w-0 flex-col gap-0.5">
      <span className="flex items-baseline justify-between gap-2 text-meta text-text-3">
        <MessageTime message={message} />
        <span className="mono-sm">
          P{message.partition} / <Num value={message.offset} />
        </span>
      </span>
      {topic === null ? null : (
        <span className="mono-sm truncate text-text-3" translate="no">
          {topic}
        </span>
      )}
      <span className="mono-sm flex min-w-0">
        <PayloadCell payload={message.key} part="key" />
      </span>
      {fields.length === 0 ? null : (
        <span className="mono-sm flex min-w-0 gap-x-3 overflow-hidden">
          {fields.map(path => (
            <span key={path} className="flex max-w-1/2 shrink-0 gap-1 overflow-hidden">
              <span className="shrink-0 text-text-3" translate="no">
                {path.replace(ROOT, '')}
              </span>
              <FieldValue cell={fieldCell(message, path)} />
            </span>
          ))}
        </span>
      )}
      <span className="flex min-w-0 items-center gap-1.5">
        <TransactionTag message={message} />
        <span className="mono-sm flex min-w-0 text-text-2">
          <PayloadCell payload={message.value} part="value" />
        </span>
      </span>
    </span>
  )
}
