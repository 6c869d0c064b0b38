import type { Problem } from '@/lib/contracts/common'
import type { GroupStatus } from '@/lib/contracts/groups'
import { worstStatus } from '@/lib/lag/status'
import { LongestTimeLag, type OffsetPoint } from '@/lib/lag/time-lag'
import type { CommittedColumns, GroupDescription, GroupListing, TopicPartition } from '@/server/kafka/port'
import { EndsMemory } from './ends-memory'
import {
  expiresByCommit,
  type GroupState,
  isActive,
  isIdle,
  type LagMemory,
  newGroup,
  rowsOf,
  settleGroup,
  TopicRows,
  takeDescription,
} from './group-state'
import type { KnownLooks, Position } from './known-looks'
import { LagGrid } from './lag-grid'
import { newRow, type RowInput, type RowState, releaseRow, standsAtEnd, updateRow } from './lag-row'
import { LagSeries } from './lag-series'
import { RateRings } from './rate-rings'
import { type LagSnapshot, UNKNOWN_ENDS } from './take-snapshot'

/** A group whose coordinator is away is kept, greyed, for this long. */
const ABSENT_MS = 15 * 60_000
/** Charts by partition, some 500 bytes each. */
const MOST_CHARTS = 50_000
/** Far more than a round looks at; the others have their turn when these are known. */
const MOST_STANDING = 1000

type Looks = Pick<KnownLooks, 'at'>
const NO_LOOKS: Looks = { at: () => undefined }
const NO_POINTS: readonly OffsetPoint[] = []
const NO_INPUT: RowInput = {
  ...{ committed: null, exact: null, ends: UNKNOWN_ENDS, brokerLag: null, look: null, history: NO_POINTS },
  ...{ deleted: false, compacted: false, active: false, mayChart: false, atMs: 0 },
}

/** Memory of one cluster's lag. Bounded: what a snapshot no longer lists is forgotten with it. */
export class LagBook {
  readonly groups = new Map<string, GroupState>()
  readonly #memory: LagMemory = { grid: new LagGrid(), series: new LagSeries(), rates: new RateRings() }
  /** Topics by `cleanup.policy`; set from outside. */
  compacted: ReadonlySet<string> = new Set()
  readonly #ends = new EndsMemory()
  #charts = 0

  /** Takes in a snapshot of all groups, or of some. What an older snapshot says of a group is left out. */
  take(snapshot: LagSnapshot, looks: Looks = NO_LOOKS): void {
    const turn = this.#hear(snapshot)
    const { seq, atMs, whole, commits } = snapshot
    const states = snapshot.groups.map(listing => {
      const state = this.#stateOf(listing, atMs)
      if (seq < state.seq) return null
      if (whole) {
        if (!isSame(state.listing, listing)) state.listing = listing
        state.listedAtMs = atMs
        state.emptySinceMs = isIdle(listing) ? (state.emptySinceMs ?? atMs) : null
      }
      state.seq = seq
      state.told = 0
      return state
    })
    eachGroup(commits, (group, from, to) => {
      const name = commits.groups[group] ?? ''
      const listed = states[group]
      const state = listed?.listing.group === name ? listed : this.groups.get(name)
      if (state?.seq !== seq) return
      if (this.#isQuiet(state, snapshot, group)) {
        state.quietSeq = seq
        return
      }
      eachTopic(commits, from, to, (topic, first, end) =>
        this.#applyRun({ snapshot, state, topic, looks }, first, end),
      )
      state.appliedSeq = seq
      state.appliedTurn = turn
      state.version = commits.versions?.[group] ?? 0
    })
    for (const state of states) {
      if (!state) continue
      state.problem = commits.failed.get(state.listing.group) ?? null
      state.revision++
      if (state.problem && state.told === 0) continue
      if (state.quietSeq !== seq) {
        if (!state.problem) this.#dropRows(state, seq)
        state.isStill = !state.problem && !state.moved
      }
      settleGroup(state, atMs)
    }
    if (whole) this.#forget(snapshot)
  }

  /** Members of a group, as described at a time; null: that failed, the description before stands. */
  describe(group: string, description: GroupDescription | null, atMs: number): void {
    const state = this.groups.get(group)
    if (!state) return
    if (description) takeDescription(state, description)
    state.describedAtMs = atMs
  }

  /** A group that could not be sampled keeps what was known of it, and says why. */
  blame(listing: GroupListing, problem: Problem, atMs: number): void {
    this.#stateOf(listing, atMs).problem = problem
  }

  /** null: to be asked. */
  knownStart(at: TopicPartition, nowMs: number): number | null {
    return this.#ends.knownStart(at, nowMs)
  }

  /**
   * Where it is worth looking into the log, the smallest rests first: positions with a rest, at which the
   * group stood a sample ago already or which it never had before. Those that move tell their time by
   * interpolation, unless somebody watches the group: `moving` adds them behind the others, the largest rests
   * first.
   */
  standing(snapshot: LagSnapshot, looks: Looks, { moving = false } = {}): Position[] {
    const found: Position[] = []
    const onTheMove: Position[] = []
    const { commits } = snapshot
    this.#hear(snapshot)
    const lookAt = (state: GroupState | undefined, topic: string, from: number, to: number) => {
      const at = snapshot.topics.get(topic)
      if (!at || found.length >= MOST_STANDING) return
      const rows = state?.rows.get(topic)
      for (let i = from; i < to; i++) {
        const partition = commits.partition[i] ?? -1
        const committed = committedAt(commits, i)
        const ends = at.partitions.get(partition)
        if (!ends || ends.lso === null || committed === null || committed >= ends.lso) continue
        if (brokerLagAt(commits, i) !== null || (ends.start !== null && committed < ends.start)) continue
        const row = rows?.get(partition)
        const isMoving = row !== undefined && row.committed !== committed
        if (isMoving && !moving) continue
        if (looks.at(topic, at.topicId, partition, committed, ends.lso) !== undefined) continue
        const position = { topic, topicId: at.topicId, partition, committed, lso: ends.lso }
        ;(isMoving ? onTheMove : found).push(position)
      }
    }
    eachGroup(commits, (group, from, to) => {
      const state = this.groups.get(commits.groups[group] ?? '')
      if (state && this.#isQuiet(state, snapshot, group)) return
      eachTopic(commits, from, to, (topic, first, end) => lookAt(state, topic, first, end))
    })
    found.sort((a, b) => restOf(a) - restOf(b))
    return [...found, ...onTheMove.sort((a, b) => restOf(b) - restOf(a))]
  }

  /** One group's lag on one topic; null when it has no row there. */
  onTopic(
    state: GroupState,
    topic: string,
  ): { lag: number | null; timeLagMs: number | null; status: GroupStatus } | null {
    const rows = state.rows.get(topic)
    if (!rows || rows.size === 0) return null
    let lag: number | null = null
    const slowest = new LongestTimeLag()
    for (const row of rows.values()) {
      if (row.lag !== null) lag = (lag ?? 0) + row.lag
      slowest.add(row.lag, row.timeLagMs)
    }
    const status = state.problem ? 'unknown' : worstStatus([...rows.values()].map(row => row.status))
    return { lag, timeLagMs: slowest.ms, status }
  }

  #stateOf(listing: GroupListing, atMs: number): GroupState {
    let state = this.groups.get(listing.group)
    if (!state) {
      state = newGroup(listing, atMs, this.#memory)
      this.groups.set(listing.group, state)
    }
    return state
  }

  #hear(snapshot: LagSnapshot): number {
    return this.#ends.hear(snapshot, topic => this.#dropTopic(topic))
  }

  /**
   * Every row of it was at the end when its commits were looked at, and neither they nor any of its topics has
   * changed since: a look at each row would say the same.
   */
  #isQuiet(state: GroupState, { commits, seq }: LagSnapshot, group: number): boolean {
    const version = commits.versions?.[group] ?? 0
    if (!state.isStill || version === 0 || state.version !== version || state.appliedSeq === seq) return false
    if (commits.failed.size > 0 && commits.failed.has(state.listing.group)) return false
    for (const topic of state.rows.keys())
      if (!((this.#ends.topic(topic)?.changedTurn ?? Number.NaN) <= state.appliedTurn)) return false
    return true
  }

  /**
   * One group's commits on one topic. What all of them share is looked up once: there are hundreds of
   * thousands a round.
   */
  #applyRun(run: Run, from: number, to: number): void {
    const { snapshot, state, topic, looks } = run
    const { commits, atMs, seq } = snapshot
    const rows = state.rows.get(topic) ?? new TopicRows()
    if (rows.size === 0) state.rows.set(topic, rows)
    const at = snapshot.topics.get(topic)
    const topicId = at?.topicId ?? null
    const deleted = at?.deleted ?? false
    const memories = this.#ends.topic(topic)?.partitions
    const input: RowInput = { ...NO_INPUT, deleted, compacted: this.compacted.has(topic), atMs }
    for (let i = from; i < to; i++) {
      const partition = commits.partition[i] ?? -1
      const committed = committedAt(commits, i)
      const brokerLag = brokerLagAt(commits, i)
      const ends = at?.partitions.get(partition) ?? UNKNOWN_ENDS
      const memory = memories?.get(partition)
      let row = rows.get(partition)
      if (!row) {
        row = newRow(topic, partition)
        rows.set(partition, row)
      }
      if (row.seq !== seq) state.told++
      row.seq = seq
      row.sampledAtMs = atMs
      // Where Kafka counts a group's offsets down from their commits, each commit begins anew.
      if (state.emptySinceMs !== null && committed !== row.committed && expiresByCommit(state.listing))
        state.emptySinceMs = atMs
      if (brokerLag === null && standsAtEnd(row, committed, ends, deleted)) {
        row.ends = ends
        continue
      }
      state.moved = true
      const behind = committed !== null && ends.lso !== null && committed < ends.lso
      const charted = row.series >= 0
      input.committed = committed
      input.exact = commits.huge?.get(i) ?? null
      input.ends = ends
      input.brokerLag = brokerLag
      input.look =
        behind && brokerLag === null
          ? (looks.at(topic, topicId, partition, committed, ends.lso ?? 0) ?? null)
          : null
      input.history = memory?.history ?? NO_POINTS
      input.active = behind && isActive(state, topic, partition)
      input.mayChart = this.#charts < MOST_CHARTS
      updateRow(row, input, this.#memory, state)
      this.#charts += Number(row.series >= 0) - Number(charted)
    }
  }

  /** Commits that were there and are no more: expired, deleted, or gone with their topic. */
  #dropRows(state: GroupState, seq: number): void {
    let known = 0
    for (const rows of state.rows.values()) known += rows.size
    if (known === state.told) return
    for (const [topic, rows] of state.rows) {
      for (const row of rows.values()) {
        if (row.seq === seq) continue
        this.#release(row)
        rows.delete(row.partition)
        state.moved = true
      }
      if (rows.size === 0) state.rows.delete(topic)
    }
  }

  #release(row: RowState): void {
    if (row.series >= 0) this.#charts--
    releaseRow(row, this.#memory)
  }

  /** Another topic by the same name: what was remembered of the first would make nonsense of every difference. */
  #dropTopic(name: string): void {
    for (const state of this.groups.values()) {
      const rows = state.rows.get(name)
      if (!rows) continue
      for (const row of rows.values()) this.#release(row)
      state.rows.delete(name)
      state.moved = true
      state.isStill = false
    }
  }

  #forget(snapshot: LagSnapshot): void {
    for (const state of this.groups.values()) {
      // Those that are listed have its number by now.
      if (state.seq >= snapshot.seq) continue
      const { group: name, coordinator } = state.listing
      const isAway = !snapshot.complete || (snapshot.listedBy !== null && !snapshot.listedBy.has(coordinator))
      if (isAway && snapshot.atMs - state.listedAtMs < ABSENT_MS) {
        const params = { group: name, broker: coordinator }
        state.problem = { scope: `group:${name}`, code: 'COORDINATOR_UNAVAILABLE', params }
        continue
      }
      for (const row of rowsOf(state)) this.#release(row)
      this.#memory.series.release(state.series)
      this.#memory.rates.release(state.rates)
      this.groups.delete(name)
    }
    // Groups that this snapshot could not tell of still have their rows.
    for (const state of this.groups.values())
      if (state.seq !== snapshot.seq || state.problem)
        for (const row of rowsOf(state)) this.#ends.markUsed(row, snapshot.seq)
    this.#ends.forgetUnused(snapshot.seq)
  }

  /** Sizes of what is held, for tests of its bounds. */
  sizes() {
    return {
      ...this.#ends.sizes,
      charts: this.#charts,
      grid: this.#memory.grid.size,
    }
  }
}

/** One that says the same is let go of at once: 10,000 a round would outlive it. */
function isSame(a: GroupListing, b: GroupListing): boolean {
  return (
    a.state === b.state &&
    a.coordinator === b.coordinator &&
    a.type === b.type &&
    a.protocolType === b.protocolType
  )
}

const restOf = ({ committed, lso }: Position) => lso - committed

type Run = { snapshot: LagSnapshot; state: GroupState; topic: string; looks: Looks }

/** Rows `from` to `to` of one group, which stand together in an answer; `group` is its place in the columns. */
function eachGroup(
  { group, groups, length }: CommittedColumns,
  visit: (group: number, from: number, to: number) => void,
): void {
  for (let from = 0, to = 0; from < length; from = to) {
    const own = group[from] ?? -1
    for (to = from + 1; to < length; to++) if (group[to] !== own) break
    if (groups[own] !== undefined) visit(own, from, to)
  }
}

/** Of rows `from` to `to`, which are one group's, those of each topic. */
function eachTopic(
  { topic, topics }: CommittedColumns,
  from: number,
  to: number,
  visit: (topic: string, from: number, to: number) => void,
): void {
  for (let first = from, end = from; first < to; first = end) {
    const own = topic[first] ?? -1
    for (end = first + 1; end < to; end++) if (topic[end] !== own) break
    const name = topics[own]
    if (name !== undefined) visit(name, first, end)
  }
}

/** null: no commit. */
function committedAt({ offset }: CommittedColumns, i: number): number | null {
  const committed = offset[i] ?? -1
  return committed < 0 ? null : committed
}

/** null: the broker does not count. */
function brokerLagAt({ shareLag }: CommittedColumns, i: number): number | null {
  const lag = shareLag?.[i]
  return lag === undefined || Number.isNaN(lag) ? null : lag
}
