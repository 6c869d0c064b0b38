'use client'

import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import {
  formatBytes,
  formatDuration,
  formatInteger,
  formatRate,
  formatSignedRate,
  splitBytes,
} from '@/lib/format'
import { cn } from './cn'
import { Tooltip } from './tooltip'

/** Not known: `—`, with the reason on hover and focus. Never 0. */
export function Unknown({ reason }: { reason?: ReactNode }) {
  const t = useTranslations('common')
  return (
    <Tooltip content={reason ?? t('unknownValue')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason must be reachable by keyboard */}
      <span tabIndex={0} role="img" aria-label={t('unknownValue')} className="text-text-3">
        —
      </span>
    </Tooltip>
  )
}

type Maybe<T> = T | null | undefined

/** A whole number, grouped, exact for 64-bit strings. `unit` is set quieter. null: `—` with `reason`. */
export function Num({
  value,
  unit,
  reason,
  className,
}: {
  value: Maybe<string | number | bigint>
  unit?: ReactNode
  reason?: ReactNode
  className?: string
}) {
  const locale = useLocale()
  if (value === null || value === undefined) return <Unknown reason={reason} />
  return (
    <span className={cn('whitespace-nowrap', className)}>
      {formatInteger(value, locale)}
      {unit ? <span className="font-normal text-text-3">{unit}</span> : null}
    </span>
  )
}

/** A size in IEC units; exact bytes in the tooltip. */
export function Bytes({
  value,
  perSecond,
  reason,
}: {
  value: Maybe<string | number | bigint>
  perSecond?: boolean
  reason?: ReactNode
}) {
  const locale = useLocale()
  if (value === null || value === undefined) return <Unknown reason={reason} />
  const { value: number, unit } = splitBytes(value)
  return (
    <span
      title={perSecond ? `${formatBytes(value)}/s` : `${formatInteger(value, locale)} B`}
      className="whitespace-nowrap"
    >
      {number} <span className="font-normal text-text-3">{perSecond ? `${unit}/s` : unit}</span>
    </span>
  )
}

/** A span of time: `850ms`, `42초`, `3분 12초`. */
export function Duration({ ms, reason }: { ms: Maybe<number>; reason?: ReactNode }) {
  const locale = useLocale()
  if (ms === null || ms === undefined) return <Unknown reason={reason} />
  return (
    <span title={`${formatInteger(Math.round(ms), locale)} ms`} className="whitespace-nowrap">
      {formatDuration(ms, locale)}
    </span>
  )
}

/** Something a second; `signed` for trends. */
export function Rate({
  perSecond,
  signed,
  reason,
}: {
  perSecond: Maybe<number>
  signed?: boolean
  reason?: ReactNode
}) {
  const locale = useLocale()
  if (perSecond === null || perSecond === undefined) return <Unknown reason={reason} />
  return (
    <span className="whitespace-nowrap">
      {signed ? formatSignedRate(perSecond, locale) : formatRate(perSecond, locale)}
      <span className="font-normal text-text-3"> /s</span>
    </span>
  )
}
