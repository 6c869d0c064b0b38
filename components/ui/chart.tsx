'use client'

import { ChartLine, Table2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { formatTimestamp, zoneLabel } from '@/lib/format'
import { CHART_HEIGHTS, type ChartSeries, type TimeChartProps } from './chart-types'
import { useZone } from './clock'
import { cn } from './cn'
import { Skeleton } from './skeleton'

export type { ChartSeries, TimeChartProps }

const HEIGHT_CLASSES = { xs: 'h-[110px]', sm: 'h-[130px]', md: 'h-[192px]', lg: 'h-[240px]' }

/** recharts is 114 KB: fetched when a chart is on the page, its room kept free meanwhile. */
const Plot = dynamic(() => import('./chart-plot').then(module => module.ChartPlot), {
  ssr: false,
  loading: () => <Skeleton className="m-3 h-[calc(100%-24px)] w-[calc(100%-24px)]" />,
})

/**
 * Lines over time: one y-axis from 0, gaps as gaps with a hatched band, labels at the line ends, and the same
 * data as a table.
 */
export function TimeChart(props: TimeChartProps) {
  const { size = 'md', view = 'chart' } = props
  const table = view === 'table'
  return (
    // Of a table as low as a small chart only four rows would show.
    <div className={cn('min-w-0', HEIGHT_CLASSES[table && size !== 'lg' ? 'md' : size])}>
      {table ? <ChartTable {...props} /> : <Plot {...props} height={CHART_HEIGHTS[size]} />}
    </div>
  )
}

function ChartTable({ summary, times, series, formatExact }: TimeChartProps) {
  const t = useTranslations('common')
  const zone = useZone()
  const last = times.at(-1)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1)
    <section aria-label={summary} tabIndex={0} className="h-full overflow-auto ring-inset-focus">
      {/* Not over a wide page: the eye would lose the row between the time and its value. */}
      <table className="text-meta max-sm:w-full sm:min-w-120">
        <thead>
          <tr className="sticky top-0 bg-surface text-left text-text-3">
            <th scope="col" className="h-7 px-3 font-medium">
              {t('time')} ({zoneLabel(zone, last ?? 0)})
            </th>
            {series.map(one => (
              <th key={one.id} scope="col" className="px-3 text-right font-medium">
                {one.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((_, i) => {
            const row = times.length - 1 - i
            const at = times[row]
            if (at === undefined) return null
            return (
              <tr key={at}>
                <th scope="row" className="px-3 py-0.5 text-left font-normal">
                  {formatTimestamp(at, zone, 's')}
                </th>
                {series.map(one => {
                  const value = one.values[row]
                  return (
                    <td key={one.id} className="px-3 text-right">
                      {value === null || value === undefined ? '—' : formatExact(value)}
                    </td>
                  )
                })}
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

/** "As table" / "As chart", for the head of a chart's panel. */
export function ChartViewToggle({
  view,
  onViewChange,
}: {
  view: 'chart' | 'table'
  onViewChange: (view: 'chart' | 'table') => void
}) {
  const t = useTranslations('common')
  const table = view === 'table'
  return (
    <button
      type="button"
      onClick={() => onViewChange(table ? 'chart' : 'table')}
      className="inline-flex min-h-6 items-center gap-1 rounded-control text-meta text-text-3 hover:text-text"
    >
      {table ? <ChartLine aria-hidden size={14} /> : <Table2 aria-hidden size={14} />}
      {table ? t('asChart') : t('asTable')}
    </button>
  )
}
