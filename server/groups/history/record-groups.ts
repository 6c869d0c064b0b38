import { LongestTimeLag } from '@/lib/lag/time-lag'
import type { GroupState } from '../group-state'
import { type LagHistory, storedSeriesKey } from './lag-history'

/**
 * Takes one sample of a group into the history: its total and each topic; partitions while they are behind
 * (or were within half an hour), and all of them while somebody watches.
 */
export function recordGroup(history: LagHistory, state: GroupState, watched: boolean): void {
  const { stored } = state
  const atMs = state.sampledAtMs
  if (atMs === null || state.problem) return
  history.record(storedSeriesKey(stored), atMs, state.lag, state.timeLagMs)
  for (const [topic, rows] of state.rows) {
    let lag: number | null = null
    const slowest = new LongestTimeLag()
    for (const row of rows.values()) {
      if (row.lag !== null) lag = (lag ?? 0) + row.lag
      slowest.add(row.lag, row.timeLagMs)
      if (row.series === null && !watched) continue
      row.key ??= storedSeriesKey(stored, topic, row.partition)
      history.record(row.key, atMs, row.lag, row.timeLagMs)
    }
    history.record(storedSeriesKey(stored, topic), atMs, lag, slowest.ms)
  }
}

/** Lag of all groups of the cluster together: a series of no group's name. */
export const TOTAL_KEY = ['', '', 'total'].join('\u0000')

/** Takes the sum over all groups of one round into the history; a group that could not be measured is not in it. */
export function recordTotal(history: LagHistory, states: Iterable<GroupState>, atMs: number): void {
  let lag: number | null = null
  for (const state of states) if (state.lag !== null) lag = (lag ?? 0) + state.lag
  history.record(TOTAL_KEY, atMs, lag, null)
}
