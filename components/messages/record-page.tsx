'use client'

import { useTranslations } from 'next-intl'
import type { ApiError } from '@/components/api/api-error'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import type { RecordAddress } from '@/components/record/payload-view'
import { RecordTabs } from '@/components/record/record-tabs'
import { LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { SkeletonLines } from '@/components/ui/skeleton'
import { Timestamp } from '@/components/ui/time'
import { Bytes } from '@/components/ui/value'
import { messages } from '@/lib/contracts/messages'
import { formatInteger } from '@/lib/format'
import { routes } from '@/lib/routes'

/** The address of one record: what a colleague opens from a chat. What is gone says so, and where the log begins now. */
export function RecordPage({ address }: { address: RecordAddress }) {
  const t = useTranslations('messages.record')
  const { cluster, topic, partition, offset } = address
  const { data, error, refetch, isFetching } = useApi(messages.get, address)
  const inTopic = routes.topic(cluster, topic, 'messages', {
    from: `offset:${offset}`,
    partition: String(partition),
    d: `${partition}/${offset}`,
  })
  return (
    <>
      <PageHeader
        mono
        title={`${topic} / P${partition} / ${formatInteger(offset)}`}
        facts={
          data ? (
            <>
              <Timestamp at={data.timestamp} withZone />
              <Bytes value={data.size} />
            </>
          ) : (
            <span>&nbsp;</span>
          )
        }
        actions={<LinkButton href={inTopic}>{t('backToTopic')}</LinkButton>}
      />
      {error ? (
        <GoneOrFailed error={error} address={address} onRetry={() => void refetch()} retrying={isFetching} />
      ) : data ? (
        <div className="flex min-h-0 flex-1 flex-col border-t border-line">
          <RecordTabs message={data} address={address} />
        </div>
      ) : (
        <div className="p-4">
          <SkeletonLines lines={10} />
        </div>
      )}
    </>
  )
}

function GoneOrFailed({
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
  const nearest = error.params.next ?? error.params.previous ?? error.params.logStart ?? error.params.nearest
  const number = (value: string | number | undefined) =>
    value === undefined ? '—' : formatInteger(String(value))
  const title =
    error.code === 'RECORD_EXPIRED'
      ? t('expired', { start: number(error.params.logStart) })
      : error.code === 'RECORD_UNKNOWN'
        ? t('hole')
        : error.code === 'OFFSET_OUT_OF_RANGE'
          ? t('beyond', { end: number(error.params.end ?? error.params.highWatermark) })
          : null
  if (title === null) return <QueryError error={error} onRetry={onRetry} retrying={retrying} />
  return (
    <EmptyState
      title={title}
      body={<span className="mono-sm">{error.code}</span>}
      action={
        nearest === undefined ? null : (
          <LinkButton
            href={routes.record(address.cluster, address.topic, address.partition, String(nearest))}
          >
            {t('nearest', { offset: number(nearest) })}
          </LinkButton>
        )
      }
    />
  )
}
