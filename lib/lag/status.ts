import type { GroupStatus } from '../contracts/groups'

/**
 * Samples of one partition on the fixed 10 s grid, oldest first: `count` pairs of (committed, end) from
 * `first` on. Flat, since a round judges tens of thousands of partitions. Lag is end - committed, never below
 * 0.
 */
export type SampleWindow = { values: ArrayLike<number>; first: number; count: number }

export const GRID_MS = 10_000
export const WINDOW_SLOTS = 10

/** Worst first: what a list is sorted by. */
const SEVERITY: readonly GroupStatus[] = ['stop', 'stall', 'rewind', 'warn', 'unknown', 'ok']

/**
 * Burrow's rules, in its order, on a window of ten 10 s slots (oldest first). Burrow reads commits from
 * __consumer_offsets and so knows their times; OffsetFetch does not tell them. `active` (the partition has a
 * live member) stands in for "commits still arrive": with a member a standing offset is a stall, without one
 * it is a stop.
 */
export function partitionStatus({ values, first, count }: SampleWindow, active: boolean): GroupStatus {
  if (count === 0) return 'unknown'
  const newest = first + (count - 1) * 2
  const committed = values[newest] ?? 0
  const lag = lagAt(values, newest)
  if (lag === 0) return 'ok'
  let isRewound = false
  let wasCaughtUp = false
  let isStanding = true
  let everDecreased = false
  for (let at = first, before = 0; at <= newest; at += 2) {
    const here = lagAt(values, at)
    if ((values[at] ?? 0) > committed) isRewound = true
    if (here === 0) wasCaughtUp = true
    if (values[at] !== committed) isStanding = false
    if (here < before) everDecreased = true
    before = here
  }
  if (isRewound) return 'rewind'
  if (count < WINDOW_SLOTS || wasCaughtUp) return 'ok'
  if (isStanding) return active ? 'stall' : 'stop'
  return everDecreased ? 'ok' : 'warn'
}

function lagAt(values: ArrayLike<number>, at: number): number {
  return Math.max(0, (values[at + 1] ?? 0) - (values[at] ?? 0))
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
