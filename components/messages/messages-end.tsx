'use client'

import { Inbox } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { ListFooter } from '@/components/ui/pagination'
import { TimeAgo } from '@/components/ui/time'
import { useMediaQuery } from '@/components/ui/use-media-query'
import { usePhone } from '@/components/ui/use-phone'
import type { OutputOf } from '@/lib/contracts/endpoint'
import type { messages } from '@/lib/contracts/messages'
import { formatBytes, formatInteger } from '@/lib/format'
import { useBudgetWords } from './use-budget-words'

type Page = OutputOf<typeof messages.list>

/** How many, in which order, why it ended there, what was read for it, and when. */
export function MessagesFooter({
  data,
  reading,
  narrow: besideDrawer,
  children,
}: {
  data: Page | undefined
  reading: boolean
  /** A drawer takes half of the room: what matters less is left out. */
  narrow: boolean
  children: ReactNode
}) {
  const t = useTranslations('messages')
  const small = useMediaQuery('(max-width: 1099px)')
  const narrow = small || besideDrawer
  const phone = usePhone()
  if (!data) return <ListFooter parts={[reading ? t('reading') : null]}>{children}</ListFooter>
  const types = new Set(data.items.map(row => row.timestampType))
  return (
    <ListFooter
      parts={[
        <b key="shown" className="font-medium text-text-2">
          {t('shown', { n: data.items.length })}
        </b>,
        // The toolbar says it, too: beside the pager all fits on one line, as high as before it came.
        phone ? null : t(`order.${data.order}`),
        <EndReason key="end" end={data.end} />,
        narrow
          ? null
          : t('scanned', {
              records: data.scanned.records,
              size: formatBytes(data.scanned.bytes),
              partitions: data.ranges.length,
            }),
        data.sampledAt ? <TimeAgo key="age" at={data.sampledAt} /> : null,
      ]}
      aside={types.size > 0 && !narrow ? t('clock', { type: [...types].join(' · ') }) : null}
    >
      {children}
    </ListFooter>
  )
}

const DETAILS = ['bytes', 'time', 'records', 'denied'] as const

function EndReason({ end }: { end: Page['end'] }) {
  const t = useTranslations('messages')
  const detail = DETAILS.find(known => known === end.detail)
  const budget = useBudgetWords(end.budget)
  return budget ?? (end.reason === 'budget' && detail ? t(`endDetail.${detail}`) : t(`end.${end.reason}`))
}

/** Nothing here, and why: an empty topic is not a range that missed, and neither is a search that was stopped. */
export function NoMessages({
  data,
  onNewest,
  onRefresh,
  onContinue,
}: {
  data: Page | undefined
  onNewest: () => void
  onRefresh: () => void
  onContinue: (() => void) | null
}) {
  const t = useTranslations('messages.empty')
  const locale = useLocale()
  const ranges = data?.ranges ?? []
  const held = ranges.reduce((sum, r) => sum + BigInt(r.lastStableOffset) - BigInt(r.firstOffset), 0n)
  if (data?.end.reason === 'budget' && onContinue)
    return (
      <EmptyState
        icon={<Inbox />}
        title={t('stopped')}
        body={t('stoppedBody', {
          records: data.scanned.records,
          size: formatBytes(data.scanned.bytes),
        })}
        action={<Button onClick={onContinue}>{t('continue')}</Button>}
      />
    )
  if (held <= 0n) {
    const once = ranges.some(r => BigInt(r.highWatermark) > 0n)
    return (
      <EmptyState
        icon={<Inbox />}
        title={t(once ? 'emptied' : 'topic')}
        body={t(once ? 'emptiedBody' : 'topicBody')}
        action={<Button onClick={onRefresh}>{t('refresh')}</Button>}
      />
    )
  }
  return (
    <EmptyState
      icon={<Inbox />}
      title={t('title')}
      body={t('body', { n: formatInteger(held, locale) })}
      action={<Button onClick={onNewest}>{t('action')}</Button>}
    />
  )
}
