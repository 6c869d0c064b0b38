'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { type ChartSeries, ChartViewToggle, TimeChart } from '@/components/ui/chart'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { Num } from '@/components/ui/value'
import type { Overview } from '@/lib/contracts/clusters'
import { formatCompact, formatInteger, middleTruncate } from '@/lib/format'

const WINDOW_MS = 30 * 60_000
const MOST_LINES = 4

/** Lag of the groups that are furthest behind, over the half hour that their sparklines hold. */
export function LagPanel({ data }: { data: Overview }) {
  const t = useTranslations('overview.lag')
  const locale = useLocale()
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const { groups } = data
  const { times, lines } = trendOf(data)
  return (
    <Panel
      title={t('title')}
      meta={t('meta')}
      aside={
        <span className="flex items-center gap-3">
          <span className="font-semibold">
            <Num value={groups.totalLag} reason={t('totalUnknown')} />
          </span>
          {lines.length > 0 ? <ChartViewToggle view={view} onViewChange={setView} /> : null}
        </span>
      }
    >
      {lines.length === 0 || times.length < 2 ? (
        <EmptyState title={t('none')} body={t('noneBody')} className="h-[192px] py-0" />
      ) : (
        <TimeChart
          summary={t('summary', { count: lines.length })}
          times={times}
          series={lines}
          formatShort={formatCompact}
          formatExact={value => formatInteger(Math.round(value), locale)}
          view={view}
        />
      )}
    </Panel>
  )
}

/** Points of the worst groups on one time axis. What lies before the first sample of any of them is left out: nothing was missed there. */
function trendOf({ groups, sampledAt }: Overview): { times: number[]; lines: ChartSeries[] } {
  const points = Math.max(0, ...groups.worst.map(group => group.spark.length))
  const end = Date.parse(groups.sampledAt ?? sampledAt)
  const step = WINDOW_MS / Math.max(1, points)
  const lines = groups.worst
    .filter(group => group.spark.some(value => value !== null))
    .slice(0, MOST_LINES)
    .map(group => ({
      id: group.group,
      label: middleTruncate(group.group, 20),
      // A series that began later has fewer points: its start is unknown, not 0.
      values: [...new Array<null>(points - group.spark.length).fill(null), ...group.spark],
    }))
  const first = Math.min(...lines.map(line => line.values.findIndex(value => value !== null)))
  const skip = Number.isFinite(first) ? first : 0
  return {
    times: Array.from({ length: points - skip }, (_, i) => Math.round(end - (points - 1 - i - skip) * step)),
    lines: lines.map(line => ({ ...line, values: line.values.slice(skip) })),
  }
}
