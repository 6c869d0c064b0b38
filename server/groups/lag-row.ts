import type { GroupStatus } from '@/lib/contracts/groups'
import { GRID_MS, partitionStatus } from '@/lib/lag/status'
import { type OffsetPoint, timeLagMs } from '@/lib/lag/time-lag'
import type { LagMemory } from './group-state'
import type { SeriesName } from './history/pending-points'
import type { Look } from './known-looks'
import { type PartitionEnds, saysTheSame, UNKNOWN_ENDS } from './take-snapshot'

/** What is remembered of one group and partition between samples. */
export type RowState = {
  readonly topic: string
  readonly partition: number
  /** null: no commit. Ends of logs lie far below 2^53, so whatever a lag is counted from is exact as a number. */
  committed: number | null
  /** A commit beyond 2^53, which only a person or a hostile program makes; null: `committed` says it. */
  exact: bigint | null
  /**
   * Up to where it has read: the commit, or for share groups what the broker's count leaves, since their
   * start offset lags behind.
   */
  position: number | null
  ends: PartitionEnds
  /** Effective lag: against the last stable offset, transaction markers left out. */
  lag: number | null
  timeLagMs: number | null
  status: GroupStatus
  notes: readonly string[]
  deleted: boolean
  /** The last stable offset as last heard: what was produced since is counted from it. */
  lastLso: number | null
  /** Its place in the grid while it is behind, else -1. */
  place: number
  /** Its place among the charts, only while it is behind, or was within half an hour; else -1. */
  series: number
  /** Of its lag in the history, once it was kept there. */
  name: SeriesName | null
  /** The snapshot that told of it last, and when that was. */
  seq: number
  sampledAtMs: number
}

/** What one snapshot says of a row. */
export type RowInput = {
  committed: number | null
  exact: bigint | null
  ends: PartitionEnds
  /** Records left as the broker itself counts them (share groups); null: it doesn't. */
  brokerLag: number | null
  deleted: boolean
  compacted: boolean
  look: Look | null
  history: readonly OffsetPoint[]
  /** A member owns it: a standing offset is then a stall, else a stop. */
  active: boolean
  /** The book has room for one more chart. */
  mayChart: boolean
  atMs: number
}

/** Clocks of a healthy cluster differ by less. */
const SKEW_MS = 2000

const NO_NOTES: readonly string[] = []

export function newRow(topic: string, partition: number): RowState {
  return {
    topic,
    partition,
    committed: null,
    exact: null,
    position: null,
    ends: UNKNOWN_ENDS,
    lag: null,
    timeLagMs: null,
    status: 'unknown',
    notes: NO_NOTES,
    deleted: false,
    lastLso: null,
    place: -1,
    series: -1,
    name: null,
    seq: 0,
    sampledAtMs: 0,
  }
}

/**
 * It was at the end and nothing moved: whatever was said of it holds. So are most partitions of most groups,
 * most of the time.
 */
export function standsAtEnd(
  row: RowState,
  committed: number | null,
  ends: PartitionEnds,
  deleted: boolean,
): boolean {
  const was = row.ends
  return (
    row.lag === 0 &&
    row.series < 0 &&
    committed !== null &&
    committed === row.committed &&
    committed === row.position &&
    committed === ends.lso &&
    (was === ends || saysTheSame(was, ends)) &&
    row.deleted === deleted
  )
}

/** Takes a sample into the row, and what was consumed and produced since the one before into its group's counters. */
export function updateRow(
  row: RowState,
  input: RowInput,
  { grid, series }: LagMemory,
  counters: { consumed: number; produced: number },
): void {
  const { committed, ends, atMs } = input
  const rest = restOf(input)
  const position = positionOf(input, rest)
  if (row.position !== null && position !== null) counters.consumed += Math.max(0, position - row.position)
  if (row.lastLso !== null && ends.lso !== null) counters.produced += Math.max(0, ends.lso - row.lastLso)
  const caughtUpAt = row.lag === 0 ? row.position : null
  row.committed = committed
  row.exact = input.exact
  row.position = position
  row.ends = ends
  row.lastLso = ends.lso ?? row.lastLso
  row.deleted = input.deleted
  row.notes = notesOf(input, rest)
  if (rest === null || position === null) {
    row.lag = null
    row.timeLagMs = null
    row.status = 'unknown'
    return
  }
  row.lag = rest
  row.timeLagMs = timeLagOf(input, position, rest)
  row.status = statusOf(row, position, caughtUpAt, input.active, atMs, grid)
  chart(row, atMs, input.mayChart, series)
}

/** Gives back what the row holds elsewhere. */
export function releaseRow(row: RowState, { grid, series }: LagMemory): void {
  if (row.place >= 0) grid.release(row.place)
  row.place = -1
  if (row.series >= 0) series.release(row.series)
  row.series = -1
}

function restOf({ committed, ends, brokerLag, look }: RowInput): number | null {
  if (committed === null || ends.lso === null) return null
  if (brokerLag !== null) return brokerLag
  // Beyond the end nothing can be counted: the next fetch is refused and the consumer starts where its reset
  // policy says.
  if (isBeyondEnd(committed, ends)) return null
  return look?.empty ? 0 : Math.max(0, ends.lso - committed)
}

/** null where nothing can be counted from it: a jump beyond the end is no consumption. */
function positionOf({ committed, ends, brokerLag }: RowInput, rest: number | null): number | null {
  if (committed !== null && isBeyondEnd(committed, ends)) return null
  return brokerLag !== null && rest !== null && ends.lso !== null ? ends.lso - rest : committed
}

function notesOf(input: RowInput, rest: number | null): readonly string[] {
  const { committed, ends } = input
  const notes: string[] = []
  if (input.deleted) notes.push('topicDeleted')
  if (committed === null) notes.push('noCommit')
  if (ends.leaderless) notes.push('leaderless')
  if (committed !== null && ends.problem?.code === 'PARTITION_UNKNOWN') notes.push('topicRecreated')
  if (committed !== null && isBeyondEnd(committed, ends)) notes.push('topicRecreated', 'beyondEnd')
  if (committed !== null && ends.start !== null && committed < ends.start) notes.push('dataLost')
  if (rest === 0 && input.look?.empty) notes.push('markersOnly')
  if (rest !== null && rest > 0 && input.compacted) notes.push('compacted')
  return notes.length > 0 ? notes : NO_NOTES
}

/** A commit that the log never reached, or does not any more: a recreated topic, a lost tail, a wrong reset. */
function isBeyondEnd(committed: number, { hw, lso }: PartitionEnds): boolean {
  return hw !== null && lso !== null && committed > Math.max(hw, lso)
}

/** The next record's own time where it was looked up, else the interpolation. */
function timeLagOf({ look, history, atMs }: RowInput, position: number, rest: number): number | null {
  if (rest === 0) return 0
  // Stamped by a clock well ahead of ours, its own time says nothing; what we saw of the log still does.
  if (look?.timestampMs != null && look.timestampMs - atMs <= SKEW_MS)
    return Math.max(0, atMs - look.timestampMs)
  return timeLagMs(history, position, atMs)
}

/** Only what is behind needs its window: a row that keeps up is ok by Burrow's first rule, whatever was before. */
function statusOf(
  row: RowState,
  position: number,
  caughtUpAt: number | null,
  active: boolean,
  atMs: number,
  grid: LagMemory['grid'],
): GroupStatus {
  if (row.lag === null || row.lag === 0) {
    if (row.place >= 0) grid.release(row.place)
    row.place = -1
    return 'ok'
  }
  const slot = Math.floor(atMs / GRID_MS)
  if (row.place < 0) {
    row.place = grid.take()
    // The last sample without lag: "any stored lag is 0", and where it was before it went back.
    if (caughtUpAt !== null) grid.put(row.place, slot - 1, caughtUpAt, caughtUpAt)
  }
  grid.put(row.place, slot, position, position + row.lag)
  return partitionStatus(grid.read(row.place), active)
}

/** By partition only while it is behind: a thousand quiet partitions need no chart. */
function chart(row: RowState, atMs: number, mayChart: boolean, series: LagMemory['series']): void {
  if (row.series < 0) {
    if (row.lag === 0 || !mayChart) return
    row.series = series.take()
  }
  series.add(row.series, atMs, row.lag)
  if (row.lag !== 0 || !series.isFlatZero(row.series)) return
  series.release(row.series)
  row.series = -1
}
