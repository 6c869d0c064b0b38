'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { QueryError } from '@/components/api/query-error'
import { type ChartSeries, ChartViewToggle } from '@/components/ui/chart'
import { Panel } from '@/components/ui/panel'
import { nameInvisible } from '@/components/ui/split-invisible'
import { Num } from '@/components/ui/value'
import type { Overview } from '@/lib/contracts/clusters'
import { formatCompact, formatInteger, middleTruncate } from '@/lib/format'
import { HourChart } from './hour-chart'
import { useHour } from './use-hour'

/** Lag of all groups together and of the two that are furthest behind, over an hour. */
export function LagPanel({ data: overview }: { data: Overview }) {
  const t = useTranslations('overview.lag')
  const locale = useLocale()
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const { data, error, refetch, from, stepMs } = useHour(overview.cluster.id)
  const { totalLag } = overview.groups
  const exact = (value: number) => formatInteger(Math.round(value), locale)
  const series: ChartSeries[] = [
    ...(data?.totalLag
      ? [{ id: 'total', label: t('total'), values: data.totalLag, colour: 1 as const }]
      : []),
    ...(data?.groups ?? []).map(({ group, lag }, i) => ({
      id: `group ${group}`,
      label: nameInvisible(middleTruncate(group, 20)),
      values: lag,
      colour: i === 0 ? (3 as const) : (2 as const),
    })),
  ]
  const hidesGroups = data?.totalLag === null
  return (
    <Panel
      title={t('title')}
      meta={hidesGroups ? t('partial') : t('meta')}
      aside={
        <span className="flex items-center gap-3">
          {hidesGroups ? null : (
            <span className="font-semibold">
              <Num value={totalLag} reason={t('totalUnknown')} />
            </span>
          )}
          {series.length > 0 ? <ChartViewToggle view={view} onViewChange={setView} /> : null}
        </span>
      }
    >
      {error && !data ? (
        <QueryError compact error={error} onRetry={() => void refetch()} />
      ) : (
        <HourChart
          from={from}
          stepMs={stepMs}
          series={series}
          none={t('none')}
          noneBody={t('noneBody')}
          summary={
            hidesGroups
              ? t('summaryGroups', { count: data.groups.length })
              : t('summary', { now: totalLag === null ? '—' : formatInteger(totalLag, locale) })
          }
          whole
          formatShort={formatCompact}
          formatExact={exact}
          view={view}
        />
      )}
    </Panel>
  )
}
