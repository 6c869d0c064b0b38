'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { ApiError } from '@/components/api/api-error'
import { apiUrl, errorOf } from '@/components/api/call'
import { QueryError } from '@/components/api/query-error'
import { EmptyState } from '@/components/ui/empty-state'
import { HexView } from '@/components/ui/hex-view'
import { Notice } from '@/components/ui/notice'
import { SkeletonLines } from '@/components/ui/skeleton'
import { messages } from '@/lib/contracts/messages'
import { formatBytes } from '@/lib/format'
import { readFirstBytes } from './read-first-bytes'
import type { RecordAddress } from './record-copies'

const MOST_BYTES = 1_048_576

/**
 * The bytes of a value or key as they stand in the log, fetched when somebody looks; the first MiB, the rest
 * by download.
 */
export function RawBytes({ address, part = 'value' }: { address: RecordAddress; part?: 'key' | 'value' }) {
  const t = useTranslations('messages.record')
  const { cluster, topic, partition, offset } = address
  const url = apiUrl(messages.raw, { cluster, topic, partition, offset, part })
  const { data, error, refetch } = useQuery<{ bytes: Uint8Array; more: boolean } | null, ApiError>({
    queryKey: ['raw', url],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
    queryFn: ({ signal }) => readBytes(url, signal),
  })
  if (error) return <QueryError compact error={error} onRetry={() => void refetch()} />
  if (data === undefined)
    return (
      <div className="p-4" role="status" aria-label={t('rawLoading')}>
        <SkeletonLines lines={8} />
      </div>
    )
  if (data === null)
    return (
      <EmptyState
        title={<span className="text-stall italic">null</span>}
        body={t(part === 'key' ? 'nullKey' : 'nullValue')}
      />
    )
  if (data.bytes.length === 0)
    return <EmptyState title={<span className="mono">&quot;&quot;</span>} body={t('empty')} />
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {data.more ? (
        <Notice tone="info">{t('rawLimited', { shown: formatBytes(data.bytes.length) })}</Notice>
      ) : null}
      <div className="flex min-h-0 flex-1 flex-col px-4 pb-3">
        <HexView fill label={t('hex')} bytes={data.bytes} />
      </div>
    </div>
  )
}

/** null where the API says 204: the part is null, which is not empty. */
async function readBytes(
  url: string,
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array; more: boolean } | null> {
  const response = await fetch(url, { signal })
  if (!response.ok) throw await errorOf(response)
  if (response.status === 204 || !response.body) return null
  return readFirstBytes(response.body, MOST_BYTES)
}
