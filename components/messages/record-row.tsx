'use client'

import { GitCompareArrows } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { PayloadCell } from '@/components/record/payload-cell'
import type { RecordAddress } from '@/components/record/record-copies'
import { cn } from '@/components/ui/cn'
import { IconLink } from '@/components/ui/icon-button'
import { Timestamp } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import type { Message } from '@/lib/contracts/messages'
import { routes } from '@/lib/routes'
import { TransactionTag } from './transaction-tag'

/**
 * A record of the same partition beside another one: where, when, key and value in brief; a link to it, and
 * one that compares the two.
 */
export function RecordRow({ row, beside }: { row: Message; beside: RecordAddress }) {
  const t = useTranslations('messages.record')
  const { cluster, topic, partition, offset } = beside
  const current = row.offset === offset
  return (
    <li
      className={cn(
        'flex items-center gap-1 border-t border-line-soft pr-2',
        current ? 'bg-selected shadow-[inset_2px_0_0_var(--focus)]' : 'hover:bg-hover',
      )}
    >
      <Link
        href={routes.record(cluster, topic, row.partition, row.offset)}
        aria-current={current ? 'page' : undefined}
        className="flex min-w-0 flex-1 flex-col px-4 py-1.5 text-text no-underline ring-inset-focus hover:text-text"
      >
        <span className="flex items-baseline justify-between gap-2 text-meta text-text-3">
          <span className="flex min-w-0 items-baseline gap-2">
            <span className="mono-sm font-medium text-text">
              <Num value={row.offset} />
            </span>
            <TransactionTag message={row} />
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
      {current ? null : (
        <IconLink
          label={t('compareWith', { place: `P${row.partition} / ${row.offset}` })}
          icon={<GitCompareArrows size={14} />}
          href={routes.record(cluster, topic, partition, offset, {
            against: `${row.partition}/${row.offset}`,
          })}
        />
      )}
    </li>
  )
}
