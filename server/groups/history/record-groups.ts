import { LongestTimeLag } from '@/lib/lag/time-lag'
import type { GroupState, TopicRows } from '../group-state'
import { type LagHistory, storedSeriesKey } from './lag-history'
import { seriesName } from './pending-points'

/**
 * Takes one sample of a group into the history: its total and each topic; partitions while they are behind
 * (or were within half an hour), and all of them while somebody watches.
 */
export function recordGroup(history: LagHistory, state: GroupState, watched: boolean): void {
  const { stored } = state
  const atMs = state.sampledAtMs
  if (atMs === null || state.problem) return
  state.name ??= seriesName(storedSeriesKey(stored))
  history.record(state.name, atMs, state.lag, state.timeLagMs)
  // Of a group that stands still at the end every row says the same.
  const allAtEnd = state.isStill && !watched
  for (const [topic, rows] of state.rows) {
    rows.name ??= seriesName(storedSeriesKey(stored, topic))
    if (allAtEnd) history.record(rows.name, atMs, 0, 0)
    else recordTopic(history, rows, { stored, topic, atMs, watched })
  }
}

type Sample = { stored: string; topic: string; atMs: number; watched: boolean }

function recordTopic(history: LagHistory, rows: TopicRows, { stored, topic, atMs, watched }: Sample): void {
  let lag: number | null = null
  const slowest = new LongestTimeLag()
  for (const row of rows.values()) {
    if (row.lag !== null) lag = (lag ?? 0) + row.lag
    slowest.add(row.lag, row.timeLagMs)
    if (row.series < 0 && !watched) continue
    row.name ??= seriesName(storedSeriesKey(stored, topic, row.partition))
    history.record(row.name, atMs, row.lag, row.timeLagMs)
  }
  if (rows.name) history.record(rows.name, atMs, lag, slowest.ms)
}

/** Lag of all groups of the cluster together: a series of no group's name. */
export const TOTAL_KEY = ['', '', 'total'].join('\u0000')

/** Takes the sum over all groups of one round into the history; a group that could not be measured is not in it. */
export function recordTotal(history: LagHistory, states: Iterable<GroupState>, atMs: number): void {
  let lag: number | null = null
  for (const state of states) if (state.lag !== null) lag = (lag ?? 0) + state.lag
  history.record(TOTAL_KEY, atMs, lag, null)
}
