'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { QueryError } from '@/components/api/query-error'
import { ChartViewToggle } from '@/components/ui/chart'
import { Panel } from '@/components/ui/panel'
import { Rate } from '@/components/ui/value'
import { formatCompact, formatInteger } from '@/lib/format'
import { HourChart } from './hour-chart'
import { useHour } from './use-hour'

/** Records a second that come into the cluster, over an hour. */
export function ThroughputPanel({ cluster }: { cluster: string }) {
  const t = useTranslations('overview.throughput')
  const locale = useLocale()
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const { data, error, refetch, from, stepMs } = useHour(cluster)
  const now = data?.produced.findLast(value => value !== null) ?? null
  const exact = (value: number) => formatInteger(Math.round(value), locale)
  return (
    <Panel
      title={t('title')}
      meta={t('meta')}
      aside={
        <span className="flex items-center gap-3">
          <span className="font-semibold">
            <Rate perSecond={now} reason={t('unknown')} />
          </span>
          {now === null ? null : <ChartViewToggle view={view} onViewChange={setView} />}
        </span>
      }
    >
      {error && !data ? (
        <QueryError compact error={error} onRetry={() => void refetch()} />
      ) : (
        <HourChart
          from={from}
          stepMs={stepMs}
          series={data ? [{ id: 'produced', label: t('produced'), values: data.produced }] : []}
          none={t('none')}
          noneBody={t('noneBody')}
          summary={t('summary', { now: now === null ? '—' : exact(now) })}
          formatShort={formatCompact}
          formatExact={exact}
          view={view}
        />
      )}
    </Panel>
  )
}
