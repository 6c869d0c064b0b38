'use client'

import { X } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useApi } from '@/components/api/use-api'
import { useRequestWords } from '@/components/change/request-error'
import { IconButton } from '@/components/ui/icon-button'
import { Status, type StatusKind } from '@/components/ui/status'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { type RequestRow, type RequestState, requests } from '@/lib/contracts/requests'
import { routes } from '@/lib/routes'
import { RequestName } from './bulk-approve'

const POLL_MS = 3_000
type Item = OutputOf<typeof requests.approveMany>['items'][number]
const UNDER_WAY: ReadonlySet<RequestState> = new Set(['approved', 'applying'])

/**
 * What came of each request that was approved together, until it is put away. The region is there before its
 * words are, so that screen readers say them.
 */
export function BulkOutcome({
  asked,
  items,
  onClose,
}: {
  /** The requests as they were chosen. */
  asked: readonly RequestRow[]
  items: readonly Item[]
  onClose: () => void
}) {
  const t = useTranslations('requests')
  const common = useTranslations('common')
  return (
    <section
      role="status"
      aria-label={t('bulk.title')}
      className="max-h-60 shrink-0 overflow-auto border-line bg-surface [&:not(:empty)]:border-y"
    >
      {items.length === 0 ? null : (
        <div className="flex items-start gap-2 px-4 py-2">
          <div className="min-w-0 flex-1">
            <b className="font-medium">{t('approvedMany', { n: items.filter(one => one.ok).length })}</b>
            <ul className="mt-1 flex flex-col gap-1">
              {items.map((item, i) => {
                const row = item.request ?? asked.find(one => one.id === item.id) ?? asked[i]
                return row ? <Line key={item.id} item={item} row={row} /> : null
              })}
            </ul>
          </div>
          <IconButton label={common('close')} icon={<X size={16} />} onClick={onClose} />
        </div>
      )}
    </section>
  )
}

/** What is still being applied is looked at until it is. */
function Line({ item, row }: { item: Item; row: RequestRow }) {
  const { cluster, id } = row
  const isUnderWay = (state: RequestState | undefined) => state !== undefined && UNDER_WAY.has(state)
  const follow = item.ok && isUnderWay(item.request?.state)
  const { data } = useApi(requests.get, { cluster, id }, { enabled: follow, pollMs: POLL_MS })
  return <OutcomeLine item={item} row={follow && data ? data : row} />
}

/** One request and what came of its approval, in words. */
export function OutcomeLine({ item, row }: { item: Item; row: RequestRow }) {
  const t = useTranslations('requests')
  const states = useTranslations('requests.states')
  const words = useRequestWords()
  const told = (): [StatusKind, string] => {
    if (!item.ok) {
      const { title, hint } = words(item.code ?? 'INTERNAL', item.params)
      return ['error', t('bulk.refused', { reason: [title, hint].filter(Boolean).join('. ') })]
    }
    if (UNDER_WAY.has(row.state)) return ['running', t('bulk.underWay')]
    if (row.state === 'applied') return ['ok', t('bulk.applied')]
    if (row.state === 'pending')
      return ['stall', t('bulk.waits', { n: row.approvals.length, of: row.approvalsNeeded })]
    if (row.state === 'failed' && row.failure)
      return ['error', t('bulk.failed', { reason: words(row.failure.code, row.failure.params).title })]
    return ['unknown', states(row.state)]
  }
  const [kind, text] = told()
  return (
    <li className="flex flex-wrap gap-x-2">
      <Link
        prefetch={false}
        href={routes.request(row.cluster, row.id)}
        className="text-accent underline underline-offset-2"
      >
        <RequestName request={row} />
      </Link>
      <Status kind={kind}>{text}</Status>
    </li>
  )
}
