'use client'

import { useTranslations } from 'next-intl'
import { Tag } from '@/components/ui/badge'
import { Tooltip } from '@/components/ui/tooltip'
import type { Payload } from '@/lib/contracts/messages'

const CELL_CHARS = 300

/** A key or value in a table's cell: null, tombstone, empty and undecodable look different from any text. */
export function PayloadCell({ payload, part }: { payload: Payload | null; part: 'key' | 'value' }) {
  const t = useTranslations('messages')
  if (payload === null)
    return part === 'value' ? (
      <Tooltip content={t('tombstoneHelp')}>
        <span>
          <Tag>{t('tombstone')}</Tag>
        </span>
      </Tooltip>
    ) : (
      <span className="text-stall italic">{t('null')}</span>
    )
  if (payload.bytes === 0) return <span className="text-text-3">{t('emptyKey')}</span>
  return (
    <span
      className="truncate"
      title={payload.text.length > 60 ? payload.text.slice(0, CELL_CHARS) : undefined}
    >
      {payload.format === 'hex' ? <span className="mr-1 text-text-3">hex</span> : null}
      {payload.text.slice(0, CELL_CHARS)}
    </span>
  )
}
