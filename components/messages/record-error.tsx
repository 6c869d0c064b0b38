'use client'

import { FileWarning, FileX2 } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import type { ApiError } from '@/components/api/api-error'
import { QueryError } from '@/components/api/query-error'
import type { RecordAddress } from '@/components/record/record-copies'
import { LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { BATCH_FAULTS } from '@/lib/contracts/batch-fault'
import { formatInteger } from '@/lib/format'
import { routes } from '@/lib/routes'

/**
 * No record at an address: deleted by retention, never there, not yet there, or in a batch that can't be read are
 * four things, each with a way on.
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
  if (error.code === 'DECODE_FAILED') return <InBrokenBatch error={error} address={address} />
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

/** The bytes will be the same next time: not to try again, but what is wrong with them and where to go on. */
function InBrokenBatch({ error, address }: { error: ApiError; address: RecordAddress }) {
  const t = useTranslations('messages.record')
  const common = useTranslations('common')
  const locale = useLocale()
  const { cluster, topic, partition } = address
  const { offset, nextOffset, fault } = error.params
  const known = BATCH_FAULTS.find(one => one === fault)
  const first = wholeNumber(offset)
  const next = wholeNumber(nextOffset)
  return (
    <EmptyState
      icon={<FileWarning />}
      title={t('inBatch')}
      body={
        <>
          {known ? <span className="block">{common(`corrupt.fault.${known}`)}</span> : null}
          {first !== null && next !== null && next - first > 1n ? (
            <span className="block">
              {t('inBatchRange', {
                first: formatInteger(first, locale),
                last: formatInteger(next - 1n, locale),
              })}
            </span>
          ) : null}
          <span className="block">{t(known === 'too-large' ? 'inBatchLimit' : 'inBatchHelp')}</span>
          <span className="mono-sm">{error.code}</span>
        </>
      }
      action={
        next === null ? null : (
          <LinkButton href={routes.record(cluster, topic, partition, String(next))}>
            {t('nearest', { offset: formatInteger(next, locale) })}
          </LinkButton>
        )
      }
    />
  )
}

const wholeNumber = (value: string | number | undefined) =>
  /^\d{1,19}$/.test(String(value)) ? BigInt(String(value)) : null
