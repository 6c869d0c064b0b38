'use client'

import { useLocale, useTranslations } from 'next-intl'
import { type AgeLevel, ageLevel, type FreshSource, useFreshSources } from '@/components/api/freshness'
import { useLive } from '@/components/api/live'
import { useErrorWords } from '@/components/api/use-error-words'
import { useNow, useZone } from '@/components/ui/clock'
import { cn } from '@/components/ui/cn'
import { Popover } from '@/components/ui/popover'
import { formatAge, formatClock, formatDuration } from '@/lib/format'

function levelOf(source: FreshSource, nowMs: number): AgeLevel {
  if (source.error) return 'error'
  if (source.at === null) return 'warn'
  return ageLevel(nowMs - Date.parse(source.at), source.everyMs)
}

const DOTS: Record<AgeLevel, string> = {
  ok: 'bg-ok-mark',
  warn: 'border-2 border-warn-mark',
  error: 'bg-error-mark rounded-none rotate-45',
}
const WORST: Record<AgeLevel, number> = { ok: 0, warn: 1, error: 2 }

/** How old what this screen shows is: the worst source; a click lists each. */
export function FreshnessDot() {
  const t = useTranslations('shell')
  const locale = useLocale()
  const zone = useZone()
  const now = useNow()
  const words = useErrorWords()
  const sources = useFreshSources()
  const live = useLive()
  // Its room is kept: nothing in the top bar moves when the first answer comes.
  if (sources.length === 0) return <span className="h-7 w-17 shrink-0" />
  const worst = sources.reduce((a, b) => (WORST[levelOf(b, now)] > WORST[levelOf(a, now)] ? b : a))
  const oldest = sources.reduce((a, b) => (Date.parse(b.at ?? '') < Date.parse(a.at ?? '') ? b : a))
  const level = levelOf(worst, now)
  const age = oldest.at === null ? null : formatAge(now - Date.parse(oldest.at), locale)
  const resting = live.paused || live.asleep
  const text = live.paused
    ? t('fresh.paused', { at: formatClock(live.pausedAtMs ?? now, zone) })
    : live.asleep
      ? t('fresh.asleep')
      : live.connection === 'lost' && live.retries > 0
        ? t('fresh.reconnecting', { n: live.retries })
        : age === null
          ? t('fresh.none')
          : t('fresh.ago', { age })
  return (
    <Popover
      align="end"
      label={t('fresh.title')}
      className="w-96 p-3"
      trigger={
        <button
          type="button"
          aria-label={t('fresh.label', { text })}
          className={cn(
            'flex h-7 min-w-17 shrink-0 items-center gap-1.5 rounded-control px-1.5 text-meta whitespace-nowrap hover:bg-hover',
            level === 'error' ? 'text-error' : level === 'warn' ? 'text-warn' : 'text-text-2',
          )}
        >
          <span
            aria-hidden
            className={cn(
              'size-2 shrink-0 rounded-full',
              resting ? 'border-2 border-unknown-mark' : DOTS[level],
            )}
          />
          <span className="flex-1 text-right">{text}</span>
        </button>
      }
    >
      <h2 className="mb-2 font-semibold">{t('fresh.title')}</h2>
      <ul className="flex flex-col gap-2">
        {sources.map(source => (
          <li key={source.id} className="flex items-start gap-2 text-meta">
            <span
              aria-hidden
              className={cn('mt-1 size-2 shrink-0 rounded-full', DOTS[levelOf(source, now)])}
            />
            <span className="min-w-0 flex-1">
              {source.label}
              {source.error ? (
                <span className="block text-error">
                  {words(source.error.code, source.error.params).title}{' '}
                  <span className="mono-sm">{source.error.code}</span>
                </span>
              ) : null}
            </span>
            <span className="shrink-0 text-right text-text-3">
              {source.at === null
                ? t('fresh.none')
                : t('fresh.every', {
                    age: formatAge(now - Date.parse(source.at), locale),
                    every: formatDuration(source.everyMs, locale),
                  })}
            </span>
          </li>
        ))}
      </ul>
      <p className="mt-3 border-t border-line pt-2 text-meta text-text-3">
        {t(`fresh.connection.${live.connection}`)}
      </p>
    </Popover>
  )
}
