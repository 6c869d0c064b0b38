'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { ApiError } from '@/components/api/api-error'
import { apiUrl, errorOf } from '@/components/api/call'
import { QueryError } from '@/components/api/query-error'
import { HexView } from '@/components/ui/hex-view'
import { Notice } from '@/components/ui/notice'
import { SkeletonLines } from '@/components/ui/skeleton'
import { messages } from '@/lib/contracts/messages'
import { formatBytes } from '@/lib/format'
import type { RecordAddress } from './payload-view'

const MOST_BYTES = 1_048_576

/** The value's bytes as they stand in the log, fetched when somebody looks; the first MiB, the rest by download. */
export function RawBytes({ address }: { address: RecordAddress }) {
  const t = useTranslations('messages.record')
  const url = apiUrl(messages.raw, { ...address, part: 'value' })
  const { data, error, refetch } = useQuery<Uint8Array | null, ApiError>({
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
  if (data === null) return <p className="px-4 py-6 text-stall italic">{t('nullValue')}</p>
  if (data.length === 0) return <p className="px-4 py-6 text-text-3">{t('empty')}</p>
  return (
    <div className="flex min-h-0 flex-1 flex-col px-4 py-3">
      {data.length > MOST_BYTES ? (
        <Notice tone="info" className="-mx-4">
          {t('rawLimited', { shown: formatBytes(MOST_BYTES) })}
        </Notice>
      ) : null}
      <HexView fill label={t('hex')} bytes={data.subarray(0, MOST_BYTES)} />
    </div>
  )
}

/** null where the API says 204: the part is null, which is not empty. */
async function readBytes(url: string, signal: AbortSignal): Promise<Uint8Array | null> {
  const response = await fetch(url, { signal })
  if (!response.ok) throw await errorOf(response)
  return response.status === 204 ? null : new Uint8Array(await response.arrayBuffer())
}
