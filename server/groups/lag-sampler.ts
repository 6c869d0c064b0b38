import type { Problem } from '@/lib/contracts/common'
import type { GroupRow, PartitionLag } from '@/lib/contracts/groups'
import { AppError, isErrorCode, toAppError } from '@/lib/errors'
import { GRID_MS } from '@/lib/lag/status'
import type { Clock } from '@/server/context'
import type { GroupDescription, GroupListing, KafkaCluster } from '@/server/kafka/port'
import type { Logger } from '@/server/log'
import { type Loop, startLoop } from '@/server/loop'
import { CompactedTopics } from './compacted-topics'
import { toGroupRow } from './group-rows'
import { GroupWatches, tellAll } from './group-watch'
import type { LagHistory } from './history/lag-history'
import { recordGroup, recordTotal } from './history/record-groups'
import type { IdleGroups } from './idle-groups'
import { LagBook } from './lag-book'
import { MemberWatch } from './member-watch'
import { OffsetRetention } from './offset-retention'
import { LOOKS_PER_ROUND, PositionLook } from './position-look'
import type { LagSampler, TopicLag } from './service'
import { LOOKS, type SnapshotShare } from './share/snapshot-share'
import { SteadyRows } from './steady-rows'
import { type LagSnapshot, takeSnapshot } from './take-snapshot'
import { uncommittedEnds } from './uncommitted-ends'

export const SAMPLE_MS = 5000
const READY_MS = 2500
const FIND_MS = 4000
/** A broker that hangs holds up one round by so much, and is known to hang in the next. */
const CALL_MS = 6000
/** A page waits for these, and has everything else already. */
const UNREAD_MS = 1000
const MOST_PROBLEMS = 50
/** Partitions whose exact time lag somebody who watches gets each second. */
const LOOKS_WHILE_WATCHED = 100
/** What a following replica keeps of the history: longer than the other takes to write it. */
const KEPT_MS = 150_000

/**
 * One loop a cluster: a snapshot of every group each 5 s, a watched group each second. Never two rounds at
 * once. Where several replicas share a store, one of them takes the snapshots and the others follow it; each
 * samples what is watched on it.
 */
export class ClusterLagSampler implements LagSampler {
  readonly name: string
  readonly history: LagHistory | null
  readonly #cluster: KafkaCluster
  readonly #clock: Clock
  readonly #log: Logger
  readonly #intervalMs: number
  readonly #book = new LagBook()
  readonly #steady = new SteadyRows()
  readonly #looks: PositionLook
  readonly #compacted: CompactedTopics
  readonly #retention: OffsetRetention
  readonly #listeners = new Set<() => void>()
  readonly #watches: GroupWatches
  readonly #members: MemberWatch
  readonly #share: SnapshotShare | null
  readonly #idle: IdleGroups | null
  readonly #abort = new AbortController()
  /** Of the last round; null until somebody asks for them. */
  #rows: readonly GroupRow[] | null = null
  #sampledAtMs: number | null = null
  #problems: readonly Problem[] = []
  /** Somebody waited for the first snapshot in vain. */
  #late = false
  #loop: Loop | null = null
  #seq = 0
  #keptSlot = -1
  #listing: Promise<{ groups: readonly GroupListing[]; problems: Problem[] }> | null = null

  constructor(deps: {
    cluster: KafkaCluster
    clock: Clock
    log: Logger
    intervalMs?: number
    /** Where samples are kept; without it nothing outlives the process. */
    history?: LagHistory
    /** Other replicas; without it this one samples alone. */
    share?: SnapshotShare
    idle?: IdleGroups
  }) {
    this.#share = deps.share ?? null
    this.#idle = deps.idle ?? null
    this.history = deps.history ?? null
    this.#intervalMs = deps.intervalMs ?? SAMPLE_MS
    this.#cluster = deps.cluster
    this.#clock = deps.clock
    this.#log = deps.log
    this.name = `lag:${deps.cluster.id}`
    this.#looks = new PositionLook(deps.cluster)
    this.#compacted = new CompactedTopics(deps.cluster)
    this.#retention = new OffsetRetention(deps.cluster)
    this.#watches = new GroupWatches(group => this.#sampleWatched(group), this.#onError)
    this.#members = new MemberWatch({
      cluster: deps.cluster,
      book: this.#book,
      clock: deps.clock,
      onError: this.#onError,
      onChange: (group, change) => {
        if (this.#leads) this.history?.mark(group, change)
      },
      onDescribed: (group, description) => this.#share?.noteDescribed(group, description),
    })
  }

  start(): void {
    if (this.#loop || this.#abort.signal.aborted) return
    // News of another replica is looked for more often than a cluster is asked.
    const intervalMs = this.#share ? this.#intervalMs / LOOKS : this.#intervalMs
    this.#loop = startLoop(() => this.#sampleAll(), { intervalMs, onError: this.#onError })
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await Promise.all([this.#loop?.stop(), this.#watches.stop()])
    try {
      if (this.#leads) await this.history?.flush()
    } catch (error) {
      this.#log.warn({ cluster: this.#cluster.id, err: error }, 'lag history was not kept')
    }
    await this.#share?.leave()
  }

  snapshot(): { rows: readonly GroupRow[]; sampledAtMs: number } | null {
    const atMs = this.#sampledAtMs
    if (atMs === null) return null
    // While nobody looks, 10,000 rows a round would be work and memory for nothing.
    this.#rows ??= [...this.#book.groups.values()].map(state => toGroupRow(state, atMs))
    return { rows: this.#rows, sampledAtMs: atMs }
  }

  problems(): readonly Problem[] {
    if (this.#late && this.#sampledAtMs === null && this.#problems.length === 0)
      return [{ scope: 'cluster', code: 'TIMED_OUT' }]
    return this.#problems
  }

  ready(signal: AbortSignal): Promise<void> {
    if (this.#sampledAtMs !== null || this.#problems.length > 0 || signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer)
        off()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#late = true
        done()
      }, READY_MS)
      const off = this.onSnapshot(done)
      signal.addEventListener('abort', done, { once: true })
    })
  }

  description(group: string): GroupDescription | null {
    return this.#book.groups.get(group)?.description ?? null
  }

  async find(group: string, signal: AbortSignal): Promise<boolean> {
    let listing = this.#book.groups.get(group)?.listing
    if (!listing) {
      const listed = await this.#listGroups()
      if (signal.aborted) throw new AppError('CANCELLED')
      listing = listed.groups.find(g => g.group === group)
      const [problem] = listed.problems
      if (!listing && problem) throw new AppError(isErrorCode(problem.code) ? problem.code : 'KAFKA_ERROR')
      if (!listing) return false
      await this.#sampleSome([listing])
    }
    if (!this.description(group)) await this.#members.describe([listing], this.#abort.signal)
    await this.#readUnread(group, this.#intervalMs)
    return true
  }

  facts(group: string) {
    const state = this.#book.groups.get(group)
    return {
      changes: state?.changes ?? [],
      emptySinceMs: state?.emptySinceMs ?? null,
      retentionMs: this.#retention.ms,
    }
  }

  row(group: string): GroupRow | null {
    const state = this.#book.groups.get(group)
    return state ? toGroupRow(state, this.#clock.now()) : null
  }

  partitions(group: string): readonly PartitionLag[] | null {
    const state = this.#book.groups.get(group)
    return state ? this.#steady.of(state, this.#clock.now()) : null
  }

  onTopic(topic: string): readonly TopicLag[] {
    const atMs = this.#sampledAtMs
    if (atMs === null) return []
    return [...this.#book.groups.values()].flatMap(state => {
      const here = this.#book.onTopic(state, topic)
      return here ? [{ row: toGroupRow(state, atMs), ...here }] : []
    })
  }

  noteReset(group: string, detail: { plan: string; to: string }): void {
    this.history?.mark(group, { atMs: this.#clock.now(), kind: 'reset', detail })
    const listing = this.#book.groups.get(group)?.listing
    if (listing) void this.#sampleSome([listing])
  }

  watch(group: string, onSample: () => void): () => void {
    return this.#watches.watch(group, onSample)
  }

  onSnapshot(listener: () => void): () => void {
    // A listener of its own for each call, so that one release never takes another's.
    const mine = () => listener()
    this.#listeners.add(mine)
    return () => this.#listeners.delete(mine)
  }

  readonly #onError = (error: unknown) => {
    if (this.#abort.signal.aborted) return
    this.#log.error({ cluster: this.#cluster.id, err: error }, 'a lag sample failed by a mistake of ours')
  }

  /** Alone, or the one of several replicas that samples for all. */
  get #leads(): boolean {
    return this.#share?.leads ?? true
  }

  async #sampleAll(): Promise<void> {
    const { signal } = this.#abort
    try {
      const turn = await this.#share?.turn(this.#watches.groups())
      if (turn?.kind === 'wait') return
      const shared = turn?.kind === 'follow' ? turn.shared : null
      const snapshot = shared ? await this.#take(shared.snapshot) : await this.#snapshot()
      const described = shared ? [] : await this.#members.describeSome(signal)
      for (const [group, description] of shared?.described ?? []) this.#members.take(group, description)
      await this.#compacted.refresh(snapshot.commits.topics, signal)
      this.#book.compacted = this.#compacted.names
      await this.#retention.refresh(snapshot.groups[0]?.coordinator, signal)
      await this.#rememberIdle(snapshot)
      this.#problems = distinct([...snapshot.problems, ...described])
      this.#publish(snapshot.atMs)
      if (!shared) await this.#share?.publish(snapshot)
    } catch (error) {
      if (signal.aborted) return
      const { code, params } = toAppError(error)
      this.#problems = [{ scope: 'cluster', code, ...(params && { params }) }]
      if (code === 'INTERNAL') this.#onError(error)
      else this.#log.debug({ cluster: this.#cluster.id, code }, 'lag snapshot failed')
    }
    tellAll(this.#listeners, this.#onError)
  }

  /** The store's trouble is none of the snapshot's. */
  async #rememberIdle({ complete, atMs }: LagSnapshot): Promise<void> {
    try {
      await this.#idle?.adopt(this.#book.groups.values())
      if (this.#leads) await this.#idle?.save(this.#book.groups.values(), { complete, atMs })
      else this.#idle?.rest()
    } catch (error) {
      this.#log.debug({ cluster: this.#cluster.id, err: error }, 'idle groups could not be remembered')
    }
  }

  /** A snapshot of all groups, or of some, that is in the book when this resolves. */
  async #snapshot(groups?: GroupListing[]): Promise<LagSnapshot> {
    const { signal } = this.#abort
    // A time, so that snapshots of several replicas have an order; and never the same twice.
    this.#seq = Math.max(this.#seq + 1, this.#clock.now())
    const snapshot = await takeSnapshot(this.#cluster, () => this.#clock.now(), {
      seq: this.#seq,
      signal,
      timeoutMs: CALL_MS,
      groups,
      knownStart: p => this.#book.knownStart(p, this.#clock.now()),
    })
    return this.#take(snapshot)
  }

  async #take(snapshot: LagSnapshot): Promise<LagSnapshot> {
    const { known } = this.#looks
    // Of what somebody watches, each second; of all the others where they stand still.
    const watched = !snapshot.whole
    const due = this.#book.standing(snapshot, known, { moving: watched })
    await this.#looks.look(due, this.#abort.signal, watched ? LOOKS_WHILE_WATCHED : LOOKS_PER_ROUND)
    this.#book.take(snapshot, known)
    return snapshot
  }

  #publish(atMs: number): void {
    this.#rows = null
    this.#sampledAtMs = atMs
    this.#keep(atMs)
  }

  /** Once a 10 s slot: what the history keeps of all groups. */
  #keep(atMs: number): void {
    const slot = Math.floor(atMs / GRID_MS)
    if (!this.history || slot === this.#keptSlot) return
    this.#keptSlot = slot
    const elsewhere = this.#share?.watchedElsewhere
    for (const state of this.#book.groups.values())
      recordGroup(this.history, state, !!elsewhere?.size && elsewhere.has(state.stored))
    recordTotal(this.history, this.#book.groups.values(), atMs)
    // Who follows keeps the newest minutes in memory alone: for charts, and for when it takes over.
    if (this.#leads) this.history.tick(atMs)
    else this.history.forgetBefore(atMs - KEPT_MS)
  }

  /** Members too: whoever looks at a group wants to see a rebalance when it happens. False: it is gone. */
  async #sampleWatched(group: string): Promise<boolean> {
    const before = this.#book.groups.get(group)?.listing
    if (!before) return false
    await Promise.all([this.#sampleSome([before]), this.#members.describe([before], this.#abort.signal)])
    await this.#readUnread(group, 0)
    const state = this.#book.groups.get(group)
    if (state && this.history) recordGroup(this.history, state, true)
    return true
  }

  /** Unless they are newer than that, or somebody asks for them right now. */
  async #readUnread(group: string, maxAgeMs: number): Promise<void> {
    const state = this.#book.groups.get(group)
    const nowMs = this.#clock.now()
    if (!state || Math.abs(nowMs - state.unreadAtMs) < maxAgeMs) return
    state.unreadAtMs = nowMs
    state.unread = await uncommittedEnds(this.#cluster, state, {
      signal: this.#abort.signal,
      timeoutMs: UNREAD_MS,
    })
    state.revision++
  }

  async #sampleSome(listings: GroupListing[]): Promise<void> {
    try {
      await this.#snapshot(listings)
    } catch (error) {
      const { code } = toAppError(error)
      if (code === 'INTERNAL') this.#onError(error)
      const now = this.#clock.now()
      for (const one of listings) this.#book.blame(one, { scope: `group:${one.group}`, code }, now)
    }
  }

  /** Shared by all who look for a group meanwhile: unknown names must not cost a request each. */
  #listGroups(): Promise<{ groups: readonly GroupListing[]; problems: Problem[] }> {
    this.#listing ??= this.#cluster
      .listGroups({ signal: this.#abort.signal, timeoutMs: FIND_MS })
      .finally(() => {
        this.#listing = null
      })
    return this.#listing
  }
}

function distinct(problems: readonly Problem[]): Problem[] {
  const byWhat = new Map(problems.map(problem => [`${problem.scope} ${problem.code}`, problem]))
  return [...byWhat.values()].slice(0, MOST_PROBLEMS)
}
