import type { GroupStatus } from '../contracts/groups'

/** One slot of the fixed 10 s grid. `committed` and `end` are offsets; lag is end - committed, never below 0. */
export type GridSample = { committed: number; end: number }

export const GRID_MS = 10_000
export const WINDOW_SLOTS = 10

/** Worst first: what a list is sorted by. */
const SEVERITY: readonly GroupStatus[] = ['stop', 'stall', 'rewind', 'warn', 'unknown', 'ok']

/**
 * Burrow's rules, in its order, on a window of ten 10 s slots (oldest first). Burrow reads commits from __consumer_offsets
 * and so knows their times; OffsetFetch does not tell them. `active` (the partition has a live member) stands in for
 * "commits still arrive": with a member a standing offset is a stall, without one it is a stop.
 */
export function partitionStatus(samples: readonly GridSample[], active: boolean): GroupStatus {
  const last = samples.at(-1)
  if (!last) return 'unknown'
  if (lagOf(last) === 0) return 'ok'
  if (isRewound(samples)) return 'rewind'
  if (samples.length < WINDOW_SLOTS) return 'ok'
  if (samples.some(s => lagOf(s) === 0)) return 'ok'
  const standing = samples.every(s => s.committed === last.committed)
  if (standing) return active ? 'stall' : 'stop'
  const neverDecreases = samples.every((s, i) => {
    const before = samples[i - 1]
    return !before || lagOf(s) >= lagOf(before)
  })
  return neverDecreases ? 'warn' : 'ok'
}

function isRewound(samples: readonly GridSample[]): boolean {
  let highest = Number.NEGATIVE_INFINITY
  for (const { committed } of samples) highest = Math.max(highest, committed)
  const last = samples.at(-1)
  return last !== undefined && last.committed < highest
}

function lagOf(sample: GridSample): number {
  return Math.max(0, sample.end - sample.committed)
}

/** A group is as bad as its worst partition; without partitions it is unknown. */
export function worstStatus(statuses: Iterable<GroupStatus>): GroupStatus {
  let worst: GroupStatus | null = null
  for (const status of statuses) {
    if (worst === null || compareStatus(status, worst) < 0) worst = status
  }
  return worst ?? 'unknown'
}

/** Orders by severity, worst first. */
export function compareStatus(a: GroupStatus, b: GroupStatus): number {
  return SEVERITY.indexOf(a) - SEVERITY.indexOf(b)
}
