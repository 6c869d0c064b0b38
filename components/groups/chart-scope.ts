import type { GroupDetail, PartitionLag } from '@/lib/contracts/groups'
import { LongestTimeLag } from '@/lib/lag/time-lag'
import type { LagPoint } from './lag-points'

/** What a chart is of: the group, one of its topics, or one partition. */
export type ChartScope = { topic: string | null; partition: number | null }

export const WHOLE: ChartScope = { topic: null, partition: null }

/** `orders/3`, `orders`, or nothing: as it stands in the address. No topic's name has a slash. */
export function parseScope(text: string | null): ChartScope {
  const [topic = '', partition, more] = (text ?? '').split('/')
  if (topic === '' || more !== undefined) return WHOLE
  if (partition === undefined) return { topic, partition: null }
  return /^\d{1,9}$/.test(partition) ? { topic, partition: Number(partition) } : WHOLE
}

export function scopeText({ topic, partition }: ChartScope): string | null {
  if (topic === null) return null
  return partition === null ? topic : `${topic}/${partition}`
}

/** The live sample of what the chart is of; null where nothing was measured. */
export function newestOf(now: GroupDetail | undefined, scope: ChartScope): LagPoint | null {
  if (!now?.sampledAt) return null
  const atMs = Date.parse(now.sampledAt)
  if (scope.topic === null) return { atMs, lag: numberOf(now.lag), timeLagMs: now.timeLagMs }
  const rows = now.partitions.filter(
    row => row.topic === scope.topic && (scope.partition === null || row.partition === scope.partition),
  )
  const lags = rows.flatMap(({ lag }) => (lag === null ? [] : [Number(lag)]))
  const slowest = new LongestTimeLag()
  for (const { lag, timeLagMs } of rows) slowest.add(lag, timeLagMs)
  return {
    atMs,
    lag: lags.length > 0 ? lags.reduce((sum, lag) => sum + lag, 0) : null,
    timeLagMs: slowest.ms,
  }
}

const MOST_OFFERED = 100

/** Partitions of a topic that are behind, the furthest first; the chosen one stays among them. */
export function partitionsBehind(rows: readonly PartitionLag[], { topic, partition }: ChartScope): number[] {
  return rows
    .filter(
      row => row.topic === topic && (row.partition === partition || (row.lag !== null && row.lag !== '0')),
    )
    .sort((a, b) => Number(b.lag ?? 0) - Number(a.lag ?? 0) || a.partition - b.partition)
    .slice(0, MOST_OFFERED)
    .map(row => row.partition)
}

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text))
