'use client'

import { useLocale, useTranslations } from 'next-intl'
import { parseAsBoolean, parseAsStringLiteral, useQueryState } from 'nuqs'
import { useState } from 'react'
import { useApi } from '@/components/api/use-api'
import { ChartViewToggle, TimeChart } from '@/components/ui/chart'
import { Checkbox } from '@/components/ui/checkbox'
import { Segmented } from '@/components/ui/segmented'
import { type GroupDetail, groups } from '@/lib/contracts/groups'
import { formatCompact, formatDuration, formatInteger } from '@/lib/format'
import { alignEarlier, type LagPoint, withNewest } from './lag-points'
import { useMarkerWords } from './use-marker-words'

const WINDOWS = ['15m', '1h', '6h', '24h', '7d', '30d', '90d'] as const

/** Both charts keep this free for the words at their line's end, so that their times stand under each other. */
const END_ROOM = 112

/** Lag in records above, in seconds below: one time axis, one crosshair. The newest point is the live sample. */
export function LagCharts({
  cluster,
  group,
  now,
}: {
  cluster: string
  group: string
  now: GroupDetail | undefined
}) {
  const t = useTranslations('groups.detail')
  const locale = useLocale()
  const [window, setWindow] = useQueryState('window', parseAsStringLiteral(WINDOWS).withDefault('15m'))
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const [compare, setCompare] = useQueryState('compare', parseAsBoolean.withDefault(false))
  const { data } = useApi(
    groups.lagHistory,
    { cluster, group, window, ...(compare && { compare: 'week' as const }) },
    { pollMs: window === '15m' || window === '1h' ? 10_000 : 60_000 },
  )
  const words = useMarkerWords()
  const marks = (data?.markers ?? []).map(marker => ({ at: Date.parse(marker.at), label: words(marker) }))
  const stored = (data?.points ?? []).map(p => ({
    atMs: Date.parse(p.at),
    lag: p.lag,
    timeLagMs: p.timeLagMs,
  }))
  const points = withNewest(stored, newestOf(now), data?.stepMs ?? 10_000)
  const times = points.map(p => p.atMs)
  const step = formatDuration(data?.stepMs ?? 10_000, locale)
  const windowName = t(`windows.${window}`)
  const earlier = data?.earlier ? alignEarlier(data.earlier, times) : null
  const lagNow = now?.lag ? formatInteger(now.lag, locale) : '—'
  const timeLagNow = typeof now?.timeLagMs === 'number' ? formatDuration(now.timeLagMs, locale) : '—'
  return (
    <section className="shrink-0 px-4 pt-2" aria-label={t('chart')}>
      <div className="flex min-h-7 flex-wrap items-center gap-x-2">
        <h2 className="font-semibold">
          {t('chart')} <span className="font-normal">({t('chartUnit')})</span>
        </h2>
        <span className="flex-1 text-meta text-text-3">
          {t(data?.aggregate === 'max' ? 'aggregateMax' : 'aggregateNone', { step })}
        </span>
        <Segmented
          size="sm"
          label={t('window')}
          value={window}
          onValueChange={next => void setWindow(next)}
          options={WINDOWS.map(value => ({ value, label: t(`windows.${value}`) }))}
        />
        <Checkbox checked={compare} onCheckedChange={next => void setCompare(next)} label={t('compare')} />
        <ChartViewToggle view={view} onViewChange={setView} />
      </div>
      <TimeChart
        size="xs"
        hideTimes
        endRoom={END_ROOM}
        syncId="group-lag"
        summary={t('summary', { window: windowName, now: lagNow })}
        view={view}
        times={times}
        marks={marks}
        series={[
          { id: 'lag', label: t('chart'), values: points.map(p => p.lag) },
          ...(earlier
            ? [
                {
                  id: 'earlier',
                  label: t('earlier'),
                  values: earlier.map(p => p?.lag ?? null),
                  colour: 5 as const,
                },
              ]
            : []),
        ]}
        formatShort={value =>
          value < 100_000 ? formatInteger(Math.round(value), locale) : formatCompact(value)
        }
        formatExact={value => formatInteger(Math.round(value), locale)}
      />
      <h2 className="font-semibold">
        {t('chartTime')} <span className="font-normal">({t('chartTimeUnit')})</span>
      </h2>
      <TimeChart
        size="sm"
        endRoom={END_ROOM}
        syncId="group-lag"
        summary={t('summaryTime', { window: windowName, now: timeLagNow })}
        view={view}
        times={times}
        series={[{ id: 'timeLag', label: t('chartTime'), values: points.map(secondsOf), colour: 3 }]}
        formatShort={value =>
          value < 10_000 ? formatInteger(Math.round(value), locale) : formatCompact(value)
        }
        formatEnd={value => formatDuration(value * 1000, locale)}
        formatExact={value => formatDuration(value * 1000, locale)}
      />
    </section>
  )
}

function secondsOf(point: LagPoint): number | null {
  return point.timeLagMs === null ? null : Math.max(0, Math.round(point.timeLagMs / 100) / 10)
}

function newestOf(now: GroupDetail | undefined): LagPoint | null {
  if (!now?.sampledAt) return null
  return {
    atMs: Date.parse(now.sampledAt),
    lag: now.lag === null ? null : Number(now.lag),
    timeLagMs: now.timeLagMs,
  }
}
