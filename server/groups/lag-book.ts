import type { Problem } from '@/lib/contracts/common'
import type { GroupStatus } from '@/lib/contracts/groups'
import { RATE_WINDOW_MS, type RatePoint } from '@/lib/lag/rates'
import { GRID_MS, type GridSample, partitionStatus, WINDOW_SLOTS } from '@/lib/lag/status'
import { addOffsetPoint, type OffsetPoint, timeLagMs } from '@/lib/lag/time-lag'
import type { GroupDescription, GroupListing, TopicPartition } from '@/server/kafka/port'
import { LagSeries } from './lag-series'
import type { LagSnapshot, PartitionEnds } from './take-snapshot'

/** What is remembered of one group and partition between samples. */
export type RowState = {
  topic: string
  partition: number
  /** null: no commit. */
  committed: number | null
  ends: PartitionEnds
  lag: number | null
  timeLagMs: number | null
  status: GroupStatus
  notes: string[]
  /** Ten 10 s slots, oldest first. */
  grid: GridSample[]
  gridSlot: number
  series: LagSeries | null
}

export type GroupState = {
  listing: GroupListing
  description: GroupDescription | null
  describedAtMs: number
  rows: Map<string, RowState>
  /** Counters for rates: only ever grow. */
  consumed: number
  produced: number
  points: RatePoint[]
  series: LagSeries
  lag: number | null
  timeLagMs: number | null
  sampledAtMs: number | null
  problem: Problem | null
}

/** Rows whose small rest was found to be transaction markers only: `(topic, partition, committed, lso)` is settled once. */
export type MarkerVerdict = (topic: string, partition: number, committed: number, lso: number) => boolean

/** Memory of one cluster's lag. Bounded: what a snapshot no longer lists is forgotten with it. */
export class LagBook {
  readonly groups = new Map<string, GroupState>()
  readonly #history = new Map<string, OffsetPoint[]>()
  readonly #starts = new Map<string, { start: number; atMs: number }>()

  /** Takes in a snapshot of all groups (`whole`) or of some. */
  take(snapshot: LagSnapshot, whole: boolean, markersOnly: MarkerVerdict): void {
    this.#recordEnds(snapshot)
    const byName = new Map(snapshot.groups.map(g => [g.group, g]))
    for (const listing of snapshot.groups) this.#enter(listing)
    const touched = this.#applyCommits(snapshot, markersOnly)
    for (const [name, listing] of byName) {
      const state = this.groups.get(name)
      if (!state) continue
      const failed = snapshot.commits.failed.get(name)
      state.problem = failed ?? null
      state.listing = listing
      if (failed) continue
      dropUncommitted(state, touched.get(name))
      settleGroup(state, snapshot.atMs)
    }
    if (whole) this.#forget(byName)
  }

  /** Start offsets move rarely: asked again after 30 s. */
  knownStart(p: TopicPartition, nowMs: number): number | null {
    const known = this.#starts.get(keyOf(p.topic, p.partition))
    return known && nowMs - known.atMs < 30_000 ? known.start : null
  }

  #enter(listing: GroupListing): void {
    if (this.groups.has(listing.group)) return
    this.groups.set(listing.group, {
      listing,
      description: null,
      describedAtMs: 0,
      rows: new Map(),
      consumed: 0,
      produced: 0,
      points: [],
      series: new LagSeries(),
      lag: null,
      timeLagMs: null,
      sampledAtMs: null,
      problem: null,
    })
  }

  #recordEnds(snapshot: LagSnapshot): void {
    for (const [topic, partitions] of snapshot.ends) {
      for (const [partition, ends] of partitions) {
        const key = keyOf(topic, partition)
        if (ends.start !== null && this.knownStart({ topic, partition }, snapshot.atMs) === null) {
          this.#starts.set(key, { start: ends.start, atMs: snapshot.atMs })
        }
        if (ends.lso === null) continue
        const points = this.#history.get(key) ?? []
        this.#history.set(key, points)
        const last = points.at(-1)
        // A recreated topic begins again: its old history would interpolate nonsense.
        if (last && ends.lso < last.offset) points.length = 0
        addOffsetPoint(points, { offset: ends.lso, atMs: snapshot.atMs })
      }
    }
  }

  #applyCommits(snapshot: LagSnapshot, markersOnly: MarkerVerdict): Map<string, Set<string>> {
    const { commits } = snapshot
    const touched = new Map<string, Set<string>>()
    for (let i = 0; i < commits.length; i++) {
      const group = commits.groups[commits.group[i] ?? -1]
      const topic = commits.topics[commits.topic[i] ?? -1]
      const partition = commits.partition[i]
      const offset = commits.offset[i]
      if (group === undefined || topic === undefined || partition === undefined || offset === undefined)
        continue
      const state = this.groups.get(group)
      if (!state) continue
      const key = keyOf(topic, partition)
      const keys = touched.get(group) ?? new Set()
      touched.set(group, keys.add(key))
      const row = state.rows.get(key) ?? newRow(topic, partition)
      state.rows.set(key, row)
      this.#updateRow(state, row, offset < 0 ? null : offset, snapshot, markersOnly)
    }
    return touched
  }

  #updateRow(
    state: GroupState,
    row: RowState,
    committed: number | null,
    snapshot: LagSnapshot,
    markersOnly: MarkerVerdict,
  ): void {
    const { topic, partition } = row
    const ends = snapshot.ends.get(topic)?.get(partition)
    const deleted = snapshot.topics !== null && !snapshot.topics.has(topic)
    if (row.committed !== null && committed !== null) state.consumed += Math.max(0, committed - row.committed)
    if (row.ends.lso !== null && ends?.lso != null) state.produced += Math.max(0, ends.lso - row.ends.lso)
    row.committed = committed
    row.ends = ends ?? { lso: null, hw: null, start: null, problem: null }
    row.notes = []
    if (deleted) row.notes.push('topicDeleted')
    if (committed === null) row.notes.push('noCommit')
    const { lso, start } = row.ends
    if (committed === null || lso === null) {
      row.lag = null
      row.timeLagMs = null
      row.status = committed === null ? 'ok' : 'unknown'
      return
    }
    let rest = Math.max(0, lso - committed)
    if (committed > lso && row.ends.hw !== null && committed > row.ends.hw) row.notes.push('topicRecreated')
    if (start !== null && committed < start) row.notes.push('dataLost')
    if (rest > 0 && markersOnly(topic, partition, committed, lso)) {
      rest = 0
      row.notes.push('markersOnly')
    }
    row.lag = rest
    row.timeLagMs =
      rest === 0 ? 0 : timeLagMs(this.#history.get(keyOf(topic, partition)) ?? [], committed, snapshot.atMs)
    row.status = this.#statusOf(state, row, committed, rest, snapshot.atMs)
    recordSeries(row, snapshot.atMs)
  }

  #statusOf(state: GroupState, row: RowState, committed: number, rest: number, nowMs: number): GroupStatus {
    const slot = Math.floor(nowMs / GRID_MS)
    const sample = { committed, end: committed + rest }
    if (slot === row.gridSlot && row.grid.length > 0) row.grid[row.grid.length - 1] = sample
    else row.grid.push(sample)
    row.gridSlot = slot
    if (row.grid.length > WINDOW_SLOTS) row.grid.shift()
    return partitionStatus(row.grid, isActive(state, row))
  }

  #forget(listed: ReadonlyMap<string, GroupListing>): void {
    for (const name of this.groups.keys()) if (!listed.has(name)) this.groups.delete(name)
    const used = new Set<string>()
    for (const state of this.groups.values()) for (const key of state.rows.keys()) used.add(key)
    for (const key of this.#history.keys()) if (!used.has(key)) this.#history.delete(key)
    for (const key of this.#starts.keys()) if (!used.has(key)) this.#starts.delete(key)
  }
}

/** A member owns the partition, or, before the group was described, the group has members at all. */
function isActive(state: GroupState, row: RowState): boolean {
  if (state.listing.state === 'Empty' || state.listing.state === 'Dead') return false
  const members = state.description?.members
  if (!members || members.length === 0) return true
  return members.some(m =>
    m.assigned.some(a => a.topic === row.topic && a.partitions.includes(row.partition)),
  )
}

function dropUncommitted(state: GroupState, touched: ReadonlySet<string> | undefined): void {
  for (const key of state.rows.keys()) if (!touched?.has(key)) state.rows.delete(key)
}

function settleGroup(state: GroupState, nowMs: number): void {
  let lag: number | null = null
  let slowest: number | null = null
  for (const row of state.rows.values()) {
    if (row.lag !== null) lag = (lag ?? 0) + row.lag
    if (row.timeLagMs !== null) slowest = Math.max(slowest ?? 0, row.timeLagMs)
  }
  state.lag = lag
  state.timeLagMs = slowest
  state.sampledAtMs = nowMs
  state.points.push({ atMs: nowMs, consumed: state.consumed, produced: state.produced, lag })
  while (state.points.length > 2 && nowMs - (state.points[0]?.atMs ?? nowMs) > RATE_WINDOW_MS)
    state.points.shift()
  state.series.add(nowMs, lag, slowest)
}

/** By partition only while it is behind: a thousand quiet partitions need no chart. */
function recordSeries(row: RowState, nowMs: number): void {
  if (row.lag === 0 && row.series === null) return
  row.series ??= new LagSeries(180)
  row.series.add(nowMs, row.lag, row.timeLagMs)
  if (row.series.isFlatZero()) row.series = null
}

function newRow(topic: string, partition: number): RowState {
  const ends = { lso: null, hw: null, start: null, problem: null }
  return {
    topic,
    partition,
    committed: null,
    ends,
    lag: null,
    timeLagMs: null,
    status: 'unknown',
    notes: [],
    grid: [],
    gridSlot: -1,
    series: null,
  }
}

/** Topic names hold no space. */
function keyOf(topic: string, partition: number): string {
  return `${topic} ${partition}`
}
