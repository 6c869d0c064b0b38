'use client'

import { TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Tag } from '@/components/ui/badge'
import { RestTooltip } from '@/components/ui/rest-tooltip'
import { VisibleText } from '@/components/ui/visible-text'
import type { Payload } from '@/lib/contracts/messages'
import { middleTruncate } from '@/lib/format'
import { useFailureWords } from './use-failure-words'

const CELL_CHARS = 300
const KEY_CHARS = 19

/** A key or value in a table's cell: null, tombstone, empty and undecodable look different from any text. */
export function PayloadCell({ payload, part }: { payload: Payload | null; part: 'key' | 'value' }) {
  const t = useTranslations('messages')
  if (payload === null)
    return part === 'value' ? (
      <RestTooltip content={t('tombstoneHelp')}>
        <span className="font-sans">
          <Tag>{t('tombstone')}</Tag>
        </span>
      </RestTooltip>
    ) : (
      <span className="text-stall italic">{t('null')}</span>
    )
  if (payload.bytes === 0) return <EmptyText />
  const text = payload.text.slice(0, CELL_CHARS)
  return (
    <span className="truncate" translate="no">
      {payload.error ? <Undecoded payload={payload} /> : null}
      <FormatMark format={payload.format} />
      <VisibleText text={part === 'key' ? middleTruncate(text, KEY_CHARS) : text} />
    </span>
  )
}

/** Bytes that should have been something else: shown all the same, and marked. */
function Undecoded({ payload }: { payload: Payload }) {
  const t = useTranslations('messages')
  const why = useFailureWords()(payload)
  return (
    <RestTooltip content={`${t('record.decodeError')} — ${why}`}>
      <span className="mr-1 inline-flex align-[-2px] text-warn">
        <TriangleAlert aria-hidden size={12} />
        <span className="sr-only">{t('record.decodeError')}</span>
      </span>
    </RestTooltip>
  )
}

/** `""` and the word: zero bytes are not null. */
export function EmptyText() {
  const t = useTranslations('messages')
  return (
    <span className="whitespace-nowrap text-text-3">
      &quot;&quot; <span className="font-sans text-cap">{t('emptyKey')}</span>
    </span>
  )
}

/** Bytes that are no text are shown as hex digits or as an integer: which, is said. */
export function FormatMark({ format }: { format: Payload['format'] }) {
  if (format !== 'hex' && format !== 'number') return null
  return <span className="mr-1 font-sans text-cap text-text-3">{format === 'hex' ? 'hex' : 'int'}</span>
}
