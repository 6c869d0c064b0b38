import type { Problem } from '@/lib/contracts/common'
import type { GroupStatus } from '@/lib/contracts/groups'
import { worstStatus } from '@/lib/lag/status'
import { addOffsetPoint, LongestTimeLag, type OffsetPoint } from '@/lib/lag/time-lag'
import type { CommittedColumns, GroupDescription, GroupListing, TopicPartition } from '@/server/kafka/port'
import {
  expiresByCommit,
  type GroupState,
  isActive,
  isIdle,
  newGroup,
  rowsOf,
  settleGroup,
  takeDescription,
} from './group-state'
import type { KnownLooks, Position } from './known-looks'
import { LagGrid } from './lag-grid'
import { newRow, type RowInput, type RowState, releaseRow, standsAtEnd, updateRow } from './lag-row'
import { type LagSnapshot, type PartitionEnds, UNKNOWN_ENDS } from './take-snapshot'

const START_AGE_MS = 30_000
/** A group whose coordinator is away is kept, greyed, for this long. */
const ABSENT_MS = 15 * 60_000
/**
 * Points of all partitions' end offsets together, some 70 bytes each; a cluster of many partitions keeps
 * fewer of each.
 */
const HISTORY_POINTS = 500_000
/** Charts by partition, some 500 bytes each. */
const MOST_CHARTS = 50_000
/** Far more than a round looks at; the others have their turn when these are known. */
const MOST_STANDING = 1000

type PartitionMemory = {
  start: number | null
  startAtMs: number
  history: OffsetPoint[]
  seq: number
  /** The snapshot in which a group had a row on it last. */
  usedSeq: number
}
type TopicMemory = { topicId: string | null; partitions: Map<number, PartitionMemory> }

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
  readonly grid = new LagGrid()
  /** Topics by `cleanup.policy`; set from outside. */
  compacted: ReadonlySet<string> = new Set()
  readonly #topics = new Map<string, TopicMemory>()
  #partitions = 0
  #charts = 0

  /** Takes in a snapshot of all groups, or of some. What an older snapshot says of a group is left out. */
  take(snapshot: LagSnapshot, looks: Looks = NO_LOOKS): void {
    this.#recordEnds(snapshot)
    for (const listing of snapshot.groups) {
      const state = this.groups.get(listing.group) ?? newGroup(listing, snapshot.atMs)
      this.groups.set(listing.group, state)
      if (snapshot.seq < state.seq) continue
      if (snapshot.whole) {
        if (!isSame(state.listing, listing)) state.listing = listing
        state.listedAtMs = snapshot.atMs
        state.emptySinceMs = isIdle(listing) ? (state.emptySinceMs ?? snapshot.atMs) : null
      }
      state.seq = snapshot.seq
      state.told = 0
    }
    this.#applyCommits(snapshot, looks)
    for (const { group } of snapshot.groups) {
      const state = this.groups.get(group)
      if (!state || state.seq !== snapshot.seq) continue
      state.problem = snapshot.commits.failed.get(group) ?? null
      state.revision++
      if (state.problem && state.told === 0) continue
      if (!state.problem) this.#dropRows(state, snapshot.seq)
      settleGroup(state, snapshot.atMs)
    }
    if (snapshot.whole) this.#forget(snapshot)
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
    const state = this.groups.get(listing.group) ?? newGroup(listing, atMs)
    this.groups.set(listing.group, state)
    state.problem = problem
  }

  /** Start offsets move rarely: asked again after 30 s. */
  knownStart({ topic, partition }: TopicPartition, nowMs: number): number | null {
    const known = this.#topics.get(topic)?.partitions.get(partition)
    return known && Math.abs(nowMs - known.startAtMs) < START_AGE_MS ? known.start : null
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
    eachRun(commits, (group, topic, from, to) => {
      const at = snapshot.topics.get(topic)
      if (!at || found.length >= MOST_STANDING) return
      const rows = this.groups.get(group)?.rows.get(topic)
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

  #recordEnds(snapshot: LagSnapshot): void {
    const { seq, atMs } = snapshot
    const most = Math.min(64, Math.max(4, Math.floor(HISTORY_POINTS / Math.max(1, this.#partitions))))
    for (const [name, { topicId, deleted, partitions }] of snapshot.topics) {
      let topic = this.#topics.get(name)
      if (topic && (deleted || isAnother(topic, topicId))) {
        this.#forgetTopic(name, topic)
        topic = undefined
      }
      if (deleted) continue
      if (!topic) {
        topic = { topicId, partitions: new Map() }
        this.#topics.set(name, topic)
      }
      topic.topicId = topicId ?? topic.topicId
      for (const [partition, ends] of partitions) {
        let memory = topic.partitions.get(partition)
        if (!memory) {
          memory = { start: null, startAtMs: Number.NEGATIVE_INFINITY, history: [], seq, usedSeq: seq }
          topic.partitions.set(partition, memory)
          this.#partitions++
        }
        if (seq >= memory.seq) recordPartition(memory, ends, seq, atMs, most)
      }
    }
  }

  #applyCommits(snapshot: LagSnapshot, looks: Looks): void {
    eachRun(snapshot.commits, (group, topic, from, to) => {
      const state = this.groups.get(group)
      if (state?.seq === snapshot.seq) this.#applyRun({ snapshot, state, topic, looks }, from, to)
    })
  }

  /**
   * One group's commits on one topic. What all of them share is looked up once: there are hundreds of
   * thousands a round.
   */
  #applyRun(run: Run, from: number, to: number): void {
    const { snapshot, state, topic, looks } = run
    const { commits, atMs, seq } = snapshot
    const rows = state.rows.get(topic) ?? new Map<number, RowState>()
    state.rows.set(topic, rows)
    const at = snapshot.topics.get(topic)
    const topicId = at?.topicId ?? null
    const deleted = at?.deleted ?? false
    const memories = this.#topics.get(topic)?.partitions
    const input: RowInput = { ...NO_INPUT, deleted, compacted: this.compacted.has(topic), atMs }
    for (let i = from; i < to; i++) {
      const partition = commits.partition[i] ?? -1
      const committed = committedAt(commits, i)
      const brokerLag = brokerLagAt(commits, i)
      const ends = at?.partitions.get(partition) ?? UNKNOWN_ENDS
      const memory = memories?.get(partition)
      if (memory) memory.usedSeq = Math.max(memory.usedSeq, seq)
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
      const charted = row.series !== null
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
      const { consumed, produced } = updateRow(row, input, this.grid)
      this.#charts += Number(row.series !== null) - Number(charted)
      state.consumed += consumed
      state.produced += produced
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
    if (row.series) this.#charts--
    releaseRow(row, this.grid)
  }

  /** Another topic by the same name: what was remembered of the first would make nonsense of every difference. */
  #forgetTopic(name: string, topic: TopicMemory): void {
    this.#partitions -= topic.partitions.size
    this.#topics.delete(name)
    for (const state of this.groups.values()) {
      const rows = state.rows.get(name)
      if (!rows) continue
      for (const row of rows.values()) this.#release(row)
      state.rows.delete(name)
      state.moved = true
    }
  }

  #forget(snapshot: LagSnapshot): void {
    const listed = new Set(snapshot.groups.map(g => g.group))
    for (const [name, state] of this.groups) {
      if (listed.has(name) || state.seq > snapshot.seq) continue
      const { coordinator } = state.listing
      const isAway = !snapshot.complete || (snapshot.listedBy !== null && !snapshot.listedBy.has(coordinator))
      if (isAway && snapshot.atMs - state.listedAtMs < ABSENT_MS) {
        const params = { group: name, broker: coordinator }
        state.problem = { scope: `group:${name}`, code: 'COORDINATOR_UNAVAILABLE', params }
        continue
      }
      for (const row of rowsOf(state)) this.#release(row)
      this.groups.delete(name)
    }
    // Groups that this snapshot could not tell of still have their rows.
    for (const state of this.groups.values())
      if (state.seq !== snapshot.seq || state.problem) this.#markUsed(state, snapshot.seq)
    for (const [name, topic] of this.#topics) {
      for (const [partition, { usedSeq }] of topic.partitions) {
        if (usedSeq >= snapshot.seq) continue
        topic.partitions.delete(partition)
        this.#partitions--
      }
      if (topic.partitions.size === 0) this.#topics.delete(name)
    }
  }

  #markUsed(state: GroupState, seq: number): void {
    for (const { topic, partition } of rowsOf(state)) {
      const memory = this.#topics.get(topic)?.partitions.get(partition)
      if (memory) memory.usedSeq = Math.max(memory.usedSeq, seq)
    }
  }

  /** Sizes of what is held, for tests of its bounds. */
  sizes() {
    return {
      topics: this.#topics.size,
      partitions: this.#partitions,
      charts: this.#charts,
      grid: this.grid.size,
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

function isAnother(topic: TopicMemory, topicId: string | null): boolean {
  return topicId !== null && topic.topicId !== null && topicId !== topic.topicId
}

function recordPartition(
  memory: PartitionMemory,
  ends: PartitionEnds,
  seq: number,
  atMs: number,
  most: number,
): void {
  memory.seq = seq
  if (
    ends.start !== null &&
    (ends.start !== memory.start || Math.abs(atMs - memory.startAtMs) >= START_AGE_MS)
  ) {
    memory.start = ends.start
    memory.startAtMs = atMs
  }
  if (ends.lso === null) return
  // Without topic ids a recreated topic shows by an end that went back; so does a log that lost its tail.
  const last = memory.history.at(-1)
  if (last && ends.lso < last.offset) memory.history.length = 0
  addOffsetPoint(memory.history, { offset: ends.lso, atMs }, most)
}

type Run = { snapshot: LagSnapshot; state: GroupState; topic: string; looks: Looks }

/** Rows `from` to `to` of one group and topic, which stand together in an answer. */
function eachRun(
  commits: CommittedColumns,
  visit: (group: string, topic: string, from: number, to: number) => void,
): void {
  for (let from = 0, to = 0; from < commits.length; from = to) {
    const g = commits.group[from]
    const t = commits.topic[from]
    for (to = from + 1; to < commits.length; to++)
      if (commits.group[to] !== g || commits.topic[to] !== t) break
    const group = commits.groups[g ?? -1]
    const topic = commits.topics[t ?? -1]
    if (group !== undefined && topic !== undefined) visit(group, topic, from, to)
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
