'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import type { RecordAddress } from '@/components/record/record-copies'
import { useHotkeys } from '@/components/ui/hotkeys'
import { Kbd } from '@/components/ui/kbd'
import { SkeletonLines } from '@/components/ui/skeleton'
import { messages } from '@/lib/contracts/messages'
import { routes } from '@/lib/routes'
import { RecordRow } from './record-row'

const AROUND = 5n

/** Five offsets before and after in the same partition, as they stand in the log. */
function useNeighbours({ cluster, topic, partition, offset }: RecordAddress) {
  const here = BigInt(offset)
  const first = here > AROUND ? here - AROUND : 0n
  return useApi(
    messages.list,
    {
      cluster,
      topic,
      from: `offset:${first}`,
      order: 'asc',
      partition: [partition],
      isolation: 'read_uncommitted',
      aborted: true,
      limit: Number(AROUND) * 2 + 1,
      preview: 120,
      headerLimit: 0,
    },
    { staleMs: 60_000 },
  )
}

/** The neighbours as a list of links. */
export function NeighbourList({ address }: { address: RecordAddress }) {
  const t = useTranslations('messages.record')
  const { data, error, refetch } = useNeighbours(address)
  if (error && !data) return <QueryError compact error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonLines lines={11} className="px-4" />
  if (data.items.length === 0) return <p className="px-4 py-2 text-text-3">{t('noNeighbours')}</p>
  return (
    <ol>
      {data.items.map(row => (
        <RecordRow key={row.offset} row={row} beside={address} />
      ))}
    </ol>
  )
}

/** The neighbours beside a record's page; `p` and `n` step through them. */
export function RecordNeighbours({ address }: { address: RecordAddress }) {
  const t = useTranslations('messages.record')
  const router = useRouter()
  const { cluster, topic, partition, offset } = address
  const rows = useNeighbours(address).data?.items ?? []
  const here = BigInt(offset)
  const before = rows.findLast(row => BigInt(row.offset) < here)
  const after = rows.find(row => BigInt(row.offset) > here)
  const go = (to: string) => router.push(routes.record(cluster, topic, partition, to))
  useHotkeys({
    p: () => (before ? go(before.offset) : false),
    n: () => (after ? go(after.offset) : false),
  })
  return (
    <aside
      aria-label={t('neighbours')}
      className="flex w-96 shrink-0 flex-col border-l border-line max-lg:w-full max-lg:border-t max-lg:border-l-0 lg:overflow-auto"
    >
      <h2 className="flex h-9 shrink-0 items-center gap-1.5 px-4 font-medium">
        {t('neighbours')}
        <span className="flex-1" />
        <Kbd>p</Kbd>
        <Kbd>n</Kbd>
      </h2>
      <NeighbourList address={address} />
    </aside>
  )
}
