import type { OutputOf } from '@/lib/contracts/endpoint'
import type { groups, PartitionLag } from '@/lib/contracts/groups'

type Lines = NonNullable<OutputOf<typeof groups.lagHistory>['lines']>

/** A chart has five colours; the others are one grey line. */
export const MOST_LINES = 5
const MOST_OFFERED = 100

/** `0,3,7` as it stands in the address: up to five partitions; null for anything else. */
export function parseLines(text: string | null): number[] | null {
  if (text === null || !/^\d{1,9}(,\d{1,9}){0,4}$/.test(text)) return null
  return [...new Set(text.split(',').map(Number))]
}

/** The topic that can be drawn by partition: the one that the chart is of, or the only one there is. */
export function topicOfLines(rows: readonly PartitionLag[], topic: string | null): string | null {
  const [first] = rows
  const only = first && rows.every(row => row.topic === first.topic) ? first.topic : null
  return topic ?? only
}

/** Partitions of a topic to choose from, those furthest behind first; the chosen ones stay among them. */
export function offeredLines(
  rows: readonly PartitionLag[],
  topic: string,
  chosen: readonly number[],
): number[] {
  const lagOf = ({ lag }: PartitionLag) => (lag === null ? -1 : Number(lag))
  const ordered = rows
    .filter(row => row.topic === topic)
    .sort((a, b) => lagOf(b) - lagOf(a) || a.partition - b.partition)
    .map(row => row.partition)
  return [...new Set([...ordered.slice(0, MOST_OFFERED), ...chosen])]
}

export type PartitionLine = {
  /** null: all others together. */
  partition: number | null
  lag: (number | null)[]
  timeLagMs: (number | null)[]
}

/** Stored lines at the times of a chart, whose newest one is the live sample. */
export function linesAt(
  lines: Lines,
  stored: readonly { atMs: number }[],
  times: readonly number[],
  live: { atMs: number; rows: readonly PartitionLag[] } | null,
): PartitionLine[] {
  const places = new Map(stored.map(({ atMs }, i) => [atMs, i]))
  const drawn = new Set(lines.map(line => line.partition))
  return lines.map(({ partition, lag, timeLagMs }) => {
    const rows = (live?.rows ?? []).filter(row =>
      partition === null ? !drawn.has(row.partition) : row.partition === partition,
    )
    const lags = rows.flatMap(row => (row.lag === null ? [] : [Number(row.lag)]))
    const liveLag = lags.length > 0 ? lags.reduce((sum, one) => sum + one, 0) : null
    const liveTime = partition === null ? null : (rows[0]?.timeLagMs ?? null)
    const at = (values: readonly (number | null)[], newest: number | null) =>
      times.map(atMs => {
        const place = places.get(atMs)
        return place === undefined ? (atMs === live?.atMs ? newest : null) : (values[place] ?? null)
      })
    return { partition, lag: at(lag, liveLag), timeLagMs: at(timeLagMs, liveTime) }
  })
}
