'use client'

import { useLocale, useTranslations } from 'next-intl'
import { formatAge, formatTimestamp, zoneLabel } from '@/lib/format'
import { useFromNow, useNow, useZone } from './clock'
import { cn } from './cn'
import { RestTooltip } from './rest-tooltip'
import { Unknown } from './value'

const DAY_MS = 86_400_000

/** Reader's zone, UTC, epoch and age of one instant. */
function TimeDetails({ atMs }: { atMs: number }) {
  const t = useTranslations('common')
  const locale = useLocale()
  const zone = useZone()
  const now = useNow()
  return (
    <span className="flex flex-col tabular-nums">
      <span>
        {formatTimestamp(atMs, zone)} {zoneLabel(zone, atMs)}
      </span>
      {zone === 'UTC' ? null : <span>{formatTimestamp(atMs, 'UTC')} UTC</span>}
      <span className="text-text-3">
        {atMs} ms · {t('ago', { age: formatAge(now - atMs, locale) })}
      </span>
    </span>
  )
}

/**
 * A full timestamp in the reader's zone, the same in both languages. The column's header names the zone
 * (`useZoneName`).
 */
export function Timestamp({
  at,
  precision = 'ms',
  withZone,
  epoch,
  mono,
  className,
}: {
  at: string | number | null | undefined
  precision?: 'ms' | 's' | 'm'
  withZone?: boolean
  /** As milliseconds since 1970. */
  epoch?: boolean
  mono?: boolean
  className?: string
}) {
  const zone = useZone()
  if (at === null || at === undefined) return <Unknown />
  const atMs = typeof at === 'number' ? at : Date.parse(at)
  return (
    <RestTooltip content={<TimeDetails atMs={atMs} />}>
      <time
        dateTime={Number.isFinite(atMs) ? new Date(atMs).toISOString() : undefined}
        className={cn('whitespace-nowrap', mono && 'mono', className)}
      >
        {epoch ? atMs : formatTimestamp(atMs, zone, precision)}
        {withZone ? ` ${zoneLabel(zone, atMs)}` : null}
      </time>
    </RestTooltip>
  )
}

/** `3초 전`, by the one shared timer. From a day on it is the date, since an age that old says little. */
export function TimeAgo({
  at,
  bare,
  className,
}: {
  at: string | number | null | undefined
  /** The age alone, without "ago". */
  bare?: boolean
  className?: string
}) {
  const t = useTranslations('common')
  const locale = useLocale()
  const zone = useZone()
  const atMs = typeof at === 'number' ? at : Date.parse(at ?? '')
  const text = useFromNow(nowMs => {
    if (nowMs - atMs >= 30 * DAY_MS) return formatTimestamp(atMs, zone, 'm').slice(0, 10)
    const age = formatAge(nowMs - atMs, locale)
    return bare ? age : t('ago', { age })
  })
  if (at === null || at === undefined) return <Unknown />
  return (
    <RestTooltip content={<TimeDetails atMs={atMs} />}>
      <time
        aria-live="off"
        dateTime={Number.isFinite(atMs) ? new Date(atMs).toISOString() : undefined}
        className={cn('whitespace-nowrap', className)}
      >
        {text}
      </time>
    </RestTooltip>
  )
}

/** `6일` until an instant; words for what is over, and its tone, are the caller’s. */
export function TimeUntil({ at, className }: { at: string | number; className?: string }) {
  const locale = useLocale()
  const atMs = typeof at === 'number' ? at : Date.parse(at)
  const left = useFromNow(nowMs => formatAge(atMs - nowMs, locale))
  return (
    <RestTooltip content={<TimeDetails atMs={atMs} />}>
      <time aria-live="off" className={cn('whitespace-nowrap', className)}>
        {left}
      </time>
    </RestTooltip>
  )
}

/** `KST`, `UTC`, `UTC−5`: for column headers. */
export function useZoneName(): string {
  const zone = useZone()
  return useFromNow(nowMs => zoneLabel(zone, nowMs))
}
