'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { PayloadCell } from '@/components/record/payload-cell'
import type { RecordAddress } from '@/components/record/record-copies'
import { cn } from '@/components/ui/cn'
import { useHotkeys } from '@/components/ui/hotkeys'
import { Kbd } from '@/components/ui/kbd'
import { SkeletonLines } from '@/components/ui/skeleton'
import { Timestamp } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import { messages } from '@/lib/contracts/messages'
import { routes } from '@/lib/routes'

const AROUND = 5n

/** Five offsets before and after in the same partition, as they stand in the log; `p` and `n` step through them. */
export function RecordNeighbours({ address }: { address: RecordAddress }) {
  const t = useTranslations('messages.record')
  const router = useRouter()
  const { cluster, topic, partition, offset } = address
  const here = BigInt(offset)
  const first = here > AROUND ? here - AROUND : 0n
  const { data, error, refetch } = useApi(
    messages.list,
    {
      cluster,
      topic,
      from: `offset:${first}`,
      order: 'asc',
      partition: [partition],
      isolation: 'read_uncommitted',
      limit: Number(AROUND) * 2 + 1,
      preview: 120,
    },
    { staleMs: 60_000 },
  )
  const rows = data?.items ?? []
  const href = (to: string) => routes.record(cluster, topic, partition, to)
  const before = rows.findLast(row => BigInt(row.offset) < here)
  const after = rows.find(row => BigInt(row.offset) > here)
  useHotkeys({
    p: () => (before ? router.push(href(before.offset)) : false),
    n: () => (after ? router.push(href(after.offset)) : false),
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
      {error && !data ? <QueryError compact error={error} onRetry={() => void refetch()} /> : null}
      {data || error ? null : <SkeletonLines lines={11} className="px-4" />}
      {data && rows.length === 0 ? <p className="px-4 py-2 text-text-3">{t('noNeighbours')}</p> : null}
      <ol>
        {rows.map(row => {
          const current = row.offset === offset
          return (
            <li key={row.offset}>
              <Link
                href={href(row.offset)}
                aria-current={current ? 'page' : undefined}
                className={cn(
                  'flex min-w-0 flex-col border-t border-line-soft px-4 py-1.5 text-text no-underline ring-inset-focus hover:text-text',
                  current ? 'bg-selected shadow-[inset_2px_0_0_var(--focus)]' : 'hover:bg-hover',
                )}
              >
                <span className="flex items-baseline justify-between gap-2 text-meta text-text-3">
                  <span className="mono-sm font-medium text-text">
                    <Num value={row.offset} />
                  </span>
                  {row.timestamp === null ? null : <Timestamp at={row.timestamp} />}
                </span>
                <span className="mono-sm flex min-w-0 gap-2">
                  <span className="shrink-0">
                    <PayloadCell payload={row.key} part="key" />
                  </span>
                  <span className="flex min-w-0 text-text-3">
                    <PayloadCell payload={row.value} part="value" />
                  </span>
                </span>
              </Link>
            </li>
          )
        })}
      </ol>
    </aside>
  )
}
