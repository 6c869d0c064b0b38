'use client'

import { useTranslations } from 'next-intl'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useState } from 'react'
import { useApi } from '@/components/api/use-api'
import { ChartViewToggle, TimeChart } from '@/components/ui/chart'
import { Segmented } from '@/components/ui/segmented'
import { type GroupDetail, groups } from '@/lib/contracts/groups'
import { formatCompact, formatInteger } from '@/lib/format'

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
  const [window, setWindow] = useQueryState(
    'window',
    parseAsStringLiteral(['15m', '1h'] as const).withDefault('15m'),
  )
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const { data } = useApi(groups.lagHistory, { cluster, group, window }, { pollMs: 10_000 })
  const points = data?.points ?? []
  const times = points.map(p => Date.parse(p.at))
  const windowName = t(window === '15m' ? 'window15m' : 'window1h')
  const summary = t('summary', { window: windowName, now: now?.lag ? formatInteger(now.lag) : '—' })
  const seconds = (ms: number | null) => (ms === null ? null : Math.round(ms / 1000))
  return (
    <section className="shrink-0 px-4 pt-2" aria-label={t('chart')}>
      <div className="flex items-center gap-2">
        <h2 className="font-semibold">{t('chart')}</h2>
        <span className="flex-1 text-meta text-text-3">{t('chartUnit')}</span>
        <Segmented
          size="sm"
          label={t('window')}
          value={window}
          onValueChange={next => void setWindow(next)}
          options={[
            { value: '15m', label: t('window15m') },
            { value: '1h', label: t('window1h') },
          ]}
        />
        <ChartViewToggle view={view} onViewChange={setView} />
      </div>
      <TimeChart
        size="sm"
        syncId="group-lag"
        summary={summary}
        view={view}
        times={times}
        series={[{ id: 'lag', label: t('chart'), values: points.map(p => p.lag) }]}
        formatShort={formatCompact}
        formatExact={value => formatInteger(Math.round(value))}
      />
      <h2 className="font-semibold">
        {t('chartTime')} <span className="text-meta font-normal text-text-3">{t('chartTimeUnit')}</span>
      </h2>
      <TimeChart
        size="xs"
        syncId="group-lag"
        summary={t('chartTime')}
        view={view}
        times={times}
        series={[
          { id: 'timeLag', label: t('chartTime'), values: points.map(p => seconds(p.timeLagMs)), colour: 3 },
        ]}
        formatShort={formatCompact}
        formatExact={value => formatInteger(Math.round(value))}
      />
    </section>
  )
}
