'use client'

import { type ChartSeries, TimeChart, type TimeChartProps } from '@/components/ui/chart'
import { EmptyState } from '@/components/ui/empty-state'
import { Skeleton } from '@/components/ui/skeleton'

/**
 * The overview's hour as lines; what lies before the first sample of any of them is left out: nothing was
 * missed there.
 */
export function HourChart({
  from,
  stepMs,
  series,
  none,
  noneBody,
  ...chart
}: Omit<TimeChartProps, 'times' | 'series'> & {
  /** null while it loads. */
  from: string | null
  stepMs: number
  series: ChartSeries[]
  none: string
  noneBody: string
}) {
  if (from === null) return <Skeleton className="m-3 h-[168px] w-[calc(100%-24px)]" />
  const firsts = series.map(one => one.values.findIndex(value => value !== null)).filter(at => at >= 0)
  const skip = Math.min(...firsts)
  const length = series[0]?.values.length ?? 0
  // The step that has begun may have no sample yet.
  const end = series.every(one => one.values[length - 1] === null) ? length - 1 : length
  const steps = end - skip
  if (firsts.length === 0 || steps < 2)
    return <EmptyState title={none} body={noneBody} className="h-[192px] py-0" />
  const start = Date.parse(from) + skip * stepMs
  return (
    <TimeChart
      {...chart}
      syncId="overview-hour"
      times={Array.from({ length: steps }, (_, i) => start + i * stepMs)}
      series={series.map(one => ({ ...one, values: one.values.slice(skip, end) }))}
    />
  )
}
