'use client'

import { useLocale, useTranslations } from 'next-intl'
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useState } from 'react'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { ChartViewToggle, TimeChart } from '@/components/ui/chart'
import { Checkbox } from '@/components/ui/checkbox'
import { Segmented } from '@/components/ui/segmented'
import { Skeleton } from '@/components/ui/skeleton'
import { type GroupDetail, groups, type PartitionLag } from '@/lib/contracts/groups'
import { formatCompact, formatDuration, formatInteger } from '@/lib/format'
import { ChartOf } from './chart-of'
import { type ChartScope, newestOf } from './chart-scope'
import { alignEarlier, type LagPoint, withNewest } from './lag-points'
import { LinePicker } from './line-picker'
import { MarkerList } from './marker-list'
import { mergeMarks } from './merge-marks'
import { linesAt, type PartitionLine, parseLines, topicOfLines } from './partition-lines'
import { useMarkerWords } from './use-marker-words'

const WINDOWS = ['15m', '1h', '6h', '24h', '7d', '30d', '90d'] as const

/** Both charts keep this free for the words at their line's end, so that their times stand under each other. */
const END_ROOM = 112

/** Lag in records above, in time below: one time axis, one crosshair. The newest point is the live sample. */
export function LagCharts({
  cluster,
  group,
  now,
  scope,
  onScopeChange,
}: {
  cluster: string
  group: string
  now: GroupDetail | undefined
  scope: ChartScope
  onScopeChange: (scope: ChartScope) => void
}) {
  const t = useTranslations('groups.detail')
  const locale = useLocale()
  const [{ window, compare, lines: linesText }, setParams] = useQueryStates({
    window: parseAsStringLiteral(WINDOWS).withDefault('15m'),
    compare: parseAsBoolean.withDefault(false),
    lines: parseAsString,
  })
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const { partition } = scope
  const rows = now?.partitions ?? []
  const linesTopic = partition === null ? topicOfLines(rows, scope.topic) : null
  const drawn = linesTopic === null ? null : parseLines(linesText)
  // Lines are of a topic: the total that the others are counted from is its own.
  const topic = drawn ? linesTopic : scope.topic
  const { data, error, refetch } = useApi(
    groups.lagHistory,
    {
      cluster,
      group,
      window,
      ...(topic !== null && { topic }),
      ...(partition !== null && { partition }),
      ...(drawn && { partitions: drawn.join(',') }),
      ...(compare && !drawn && { compare: 'week' as const }),
    },
    { pollMs: window === '15m' || window === '1h' ? 10_000 : 60_000 },
  )
  const words = useMarkerWords()
  const stored = (data?.points ?? []).map(p => ({
    atMs: Date.parse(p.at),
    lag: p.lag,
    timeLagMs: p.timeLagMs,
  }))
  const newest = newestOf(now, { topic, partition })
  const points = withNewest(stored, newest, data?.stepMs ?? 10_000)
  const times = points.map(p => p.atMs)
  const markers = (data?.markers ?? []).map(marker => ({ at: Date.parse(marker.at), label: words(marker) }))
  const marks = mergeMarks(markers, times[0] ?? 0, times.at(-1) ?? 0)
  const step = formatDuration(data?.stepMs ?? 10_000, locale)
  const windowName = t(`windows.${window}`)
  const earlier = data?.earlier ? alignEarlier(data.earlier, times) : null
  const lagNow = newest?.lag == null ? '—' : formatInteger(newest.lag, locale)
  const timeLagNow = newest?.timeLagMs == null ? '—' : formatDuration(newest.timeLagMs, locale)
  const unmeasured = points.every(point => point.lag === null)
  const ofTopic = rows.filter(row => row.topic === topic)
  const live = newest && { atMs: newest.atMs, rows: ofTopic }
  const lines = data?.lines ? linesAt(data.lines, stored, times, live) : null
  const labelOf = (line: PartitionLine) =>
    line.partition === null
      ? t('linesOthers', { n: Math.max(0, ofTopic.length - (drawn?.length ?? 0)) })
      : `P${line.partition}`
  const seriesOf = (all: PartitionLine[], of: (line: PartitionLine) => (number | null)[]) =>
    all
      // Where every partition has a line of its own there are no others.
      .filter(line => line.partition !== null || ofTopic.length > (drawn?.length ?? 0))
      .map(line => ({
        id: `p${line.partition ?? 's'}`,
        label: labelOf(line),
        values: of(line),
        rest: line.partition === null,
      }))
  const lastWeek = (values: (number | null)[] | undefined) =>
    values ? [{ id: 'earlier', label: t('earlier'), values, colour: 5 as const, beside: true }] : []
  return (
    <section className="shrink-0 px-4 pt-2" aria-label={t('chart')}>
      <div className="flex min-h-7 flex-wrap items-center gap-2">
        <h2 className="font-semibold">
          {t('chart')} <span className="font-normal">({t('chartUnit')})</span>
        </h2>
        <ChartOf scope={scope} rows={rows} onScopeChange={onScopeChange} />
        {linesTopic === null || (drawn === null && partitionsOf(rows, linesTopic) < 2) ? null : (
          <LinePicker
            topic={linesTopic}
            rows={rows}
            lines={drawn}
            onLinesChange={next => void setParams({ lines: next?.join(',') ?? null })}
          />
        )}
        <span className="flex-1 text-meta whitespace-nowrap text-text-3">
          {t(data?.aggregate === 'max' ? 'aggregateMax' : 'aggregateNone', { step })}
        </span>
        <Segmented
          size="sm"
          label={t('window')}
          value={window}
          onValueChange={next => void setParams({ window: next })}
          options={WINDOWS.map(value => ({ value, label: t(`windows.${value}`) }))}
        />
        <Checkbox
          checked={compare && drawn === null}
          reason={drawn === null ? null : t('compareTotal')}
          onCheckedChange={next => void setParams({ compare: next })}
          label={t('compare')}
        />
        <ChartViewToggle view={view} onViewChange={setView} />
      </div>
      {error && !data ? (
        <QueryError compact error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        // One live sample alone would draw an axis of its own.
        <Skeleton className="my-3 h-60 w-full" />
      ) : unmeasured ? (
        <p className="flex h-[130px] items-center justify-center text-text-2">
          {t(partition === null ? 'noPoints' : 'noPartitionPoints')}
        </p>
      ) : (
        <>
          <TimeChart
            size={lines ? 'md' : 'xs'}
            hideTimes
            endRoom={END_ROOM}
            syncId="group-lag"
            summary={t('summary', { window: windowName, now: lagNow })}
            view={view}
            times={times}
            marks={marks}
            series={
              lines
                ? seriesOf(lines, line => line.lag)
                : [
                    { id: 'lag', label: t('chart'), values: points.map(p => p.lag) },
                    ...lastWeek(earlier?.map(p => p?.lag ?? null)),
                  ]
            }
            whole
            formatShort={value =>
              value < 100_000 ? formatInteger(Math.round(value), locale) : formatCompact(value)
            }
            formatExact={value => formatInteger(Math.round(value), locale)}
          />
          <h2 className="font-semibold">{t('chartTime')}</h2>
          <TimeChart
            size={lines ? 'md' : 'sm'}
            endRoom={END_ROOM}
            syncId="group-lag"
            summary={t('summaryTime', { window: windowName, now: timeLagNow })}
            view={view}
            times={times}
            series={
              lines
                ? seriesOf(
                    // Times do not add up.
                    lines.filter(line => line.partition !== null),
                    line => line.timeLagMs.map(toSeconds),
                  )
                : [
                    { id: 'timeLag', label: t('chartTime'), values: points.map(secondsOf), colour: 3 },
                    ...lastWeek(earlier?.map(p => (p ? secondsOf(p) : null))),
                  ]
            }
            seconds
            formatShort={value => (value === 0 ? '0' : formatDuration(value * 1000, locale))}
            formatEnd={value => formatDuration(value * 1000, locale)}
            formatExact={value => formatDuration(value * 1000, locale)}
          />
        </>
      )}
      <MarkerList cluster={cluster} group={group} markers={data?.markers ?? []} />
    </section>
  )
}

const secondsOf = (point: LagPoint): number | null => toSeconds(point.timeLagMs)

function toSeconds(ms: number | null): number | null {
  return ms === null ? null : Math.max(0, Math.round(ms / 100) / 10)
}

function partitionsOf(rows: readonly PartitionLag[], topic: string): number {
  return rows.filter(row => row.topic === topic).length
}
