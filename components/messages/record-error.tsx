'use client'

import { FileX2 } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import type { ApiError } from '@/components/api/api-error'
import { QueryError } from '@/components/api/query-error'
import type { RecordAddress } from '@/components/record/record-copies'
import { LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { formatInteger } from '@/lib/format'
import { routes } from '@/lib/routes'

/**
 * No record at an address: deleted by retention, never there, or not yet there are three things, each with a
 * way on.
 */
export function RecordError({
  error,
  address,
  onRetry,
  retrying,
}: {
  error: ApiError
  address: RecordAddress
  onRetry: () => void
  retrying: boolean
}) {
  const t = useTranslations('messages.record')
  const locale = useLocale()
  const { params } = error
  const number = (value: string | number | undefined) =>
    value === undefined ? '—' : formatInteger(String(value), locale)
  const title =
    error.code === 'RECORD_EXPIRED'
      ? t('expired', { start: number(params.start) })
      : error.code === 'RECORD_UNKNOWN'
        ? t('hole')
        : error.code === 'OFFSET_OUT_OF_RANGE'
          ? t('beyond', { end: number(params.end) })
          : null
  if (title === null) return <QueryError error={error} onRetry={onRetry} retrying={retrying} />
  const { start, end, previous, next } = params
  const near =
    error.code === 'RECORD_EXPIRED' ? [start] : error.code === 'RECORD_UNKNOWN' ? [previous, next] : [end]
  const { cluster, topic, partition } = address
  return (
    <EmptyState
      icon={<FileX2 />}
      title={title}
      body={<span className="mono-sm">{error.code}</span>}
      action={near.map(offset =>
        offset === undefined ? null : (
          <LinkButton key={offset} href={routes.record(cluster, topic, partition, String(offset))}>
            {t('nearest', { offset: number(offset) })}
          </LinkButton>
        ),
      )}
    />
  )
}
