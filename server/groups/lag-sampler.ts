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
import { isIdle } from './group-state'
import { GroupWatches, tellAll } from './group-watch'
import { changeBetween } from './history/group-changes'
import type { LagHistory, Marker } from './history/lag-history'
import { recordGroup } from './history/record-groups'
import { LagBook } from './lag-book'
import { OffsetRetention } from './offset-retention'
import { PositionLook } from './position-look'
import type { LagSampler, TopicLag } from './service'
import { SteadyRows } from './steady-rows'
import { type LagSnapshot, takeSnapshot } from './take-snapshot'

const INTERVAL_MS = 5000
const READY_MS = 2500
const FIND_MS = 4000
const DESCRIBE_AGE_MS = 15_000
/** Groups described a round: members change slowly, and a round must stay short on a cluster of 10,000. */
const DESCRIBE_LIMIT = 500
const DESCRIBE_MS = 4000
/** A broker that hangs holds up one round by so much, and is known to hang in the next. */
const CALL_MS = 6000
const MOST_PROBLEMS = 50

/** One loop a cluster: a snapshot of every group each 5 s, a watched group each second. Never two rounds at once. */
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
  #listing: Promise<{ groups: GroupListing[]; problems: Problem[] }> | null = null

  constructor(deps: {
    cluster: KafkaCluster
    clock: Clock
    log: Logger
    intervalMs?: number
    /** Where samples are kept; without it nothing outlives the process. */
    history?: LagHistory
  }) {
    this.history = deps.history ?? null
    this.#intervalMs = deps.intervalMs ?? INTERVAL_MS
    this.#cluster = deps.cluster
    this.#clock = deps.clock
    this.#log = deps.log
    this.name = `lag:${deps.cluster.id}`
    this.#looks = new PositionLook(deps.cluster)
    this.#compacted = new CompactedTopics(deps.cluster)
    this.#retention = new OffsetRetention(deps.cluster)
    this.#watches = new GroupWatches(group => this.#sampleWatched(group), this.#onError)
  }

  start(): void {
    if (this.#loop || this.#abort.signal.aborted) return
    this.#loop = startLoop(() => this.#sampleAll(), { intervalMs: this.#intervalMs, onError: this.#onError })
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await Promise.all([this.#loop?.stop(), this.#watches.stop()])
    await this.history
      ?.flush()
      .catch(error => this.#log.warn({ cluster: this.#cluster.id, err: error }, 'lag history was not kept'))
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
    if (!this.description(group)) await this.#describe([listing])
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

  async #sampleAll(): Promise<void> {
    try {
      const snapshot = await this.#snapshot()
      const described = await this.#describeSome()
      await this.#compacted.refresh(snapshot.commits.topics, this.#abort.signal)
      this.#book.compacted = this.#compacted.names
      await this.#retention.refresh(snapshot.groups[0]?.coordinator, this.#abort.signal)
      this.#problems = distinct([...snapshot.problems, ...described])
      this.#publish(snapshot.atMs)
    } catch (error) {
      if (this.#abort.signal.aborted) return
      const { code, params } = toAppError(error)
      this.#problems = [{ scope: 'cluster', code, ...(params && { params }) }]
      if (code === 'INTERNAL') this.#onError(error)
      else this.#log.debug({ cluster: this.#cluster.id, code }, 'lag snapshot failed')
    }
    tellAll(this.#listeners, this.#onError)
  }

  /** A snapshot of all groups, or of some, that is in the book when this resolves. */
  async #snapshot(groups?: GroupListing[]): Promise<LagSnapshot> {
    const { signal } = this.#abort
    const snapshot = await takeSnapshot(this.#cluster, () => this.#clock.now(), {
      seq: ++this.#seq,
      signal,
      timeoutMs: CALL_MS,
      groups,
      knownStart: p => this.#book.knownStart(p, this.#clock.now()),
    })
    const looks = this.#looks
    await looks.look(
      this.#book.standing(snapshot, p => looks.isKnown(p)),
      signal,
    )
    this.#book.take(snapshot, p => looks.at(p))
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
    for (const state of this.#book.groups.values()) recordGroup(this.history, state, false)
    this.history.tick(atMs)
  }

  /** Members too: whoever looks at a group wants to see a rebalance when it happens. False: it is gone. */
  async #sampleWatched(group: string): Promise<boolean> {
    const before = this.#book.groups.get(group)?.listing
    if (!before) return false
    await Promise.all([this.#sampleSome([before]), this.#describe([before])])
    const state = this.#book.groups.get(group)
    if (state && this.history) recordGroup(this.history, state, true)
    return true
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
  #listGroups(): Promise<{ groups: GroupListing[]; problems: Problem[] }> {
    this.#listing ??= this.#cluster
      .listGroups({ signal: this.#abort.signal, timeoutMs: FIND_MS })
      .finally(() => {
        this.#listing = null
      })
    return this.#listing
  }

  #noteChange(group: string, change: Marker): void {
    const state = this.#book.groups.get(group)
    state?.changes.push(change.atMs)
    if (state && state.changes.length > MOST_CHANGES) state.changes.shift()
    this.history?.mark(group, change)
  }

  /** Members of the groups described longest ago; a state that changed is described at once. Answers what went wrong. */
  async #describeSome(): Promise<Problem[]> {
    const now = this.#clock.now()
    const due = [...this.#book.groups.values()]
      .filter(({ listing, description, describedAtMs }) =>
        description && description.state !== listing.state
          ? true
          : // Without members there is nothing to describe.
            !isIdle(listing) && Math.abs(now - describedAtMs) >= DESCRIBE_AGE_MS,
      )
      .sort((a, b) => a.describedAtMs - b.describedAtMs)
      .slice(0, DESCRIBE_LIMIT)
    return this.#describe(due.map(s => s.listing))
  }

  async #describe(listings: GroupListing[]): Promise<Problem[]> {
    if (listings.length === 0) return []
    try {
      const answers = await this.#cluster.describeGroups(listings, {
        signal: this.#abort.signal,
        timeoutMs: DESCRIBE_MS,
      })
      const now = this.#clock.now()
      for (const { group, answer } of answers) {
        const before = this.#book.groups.get(group)?.description ?? null
        const change = answer.ok ? changeBetween(before, answer.value, now) : null
        this.#book.describe(group, answer.ok ? answer.value : null, now)
        if (change) this.#noteChange(group, change)
      }
      return []
    } catch (error) {
      const { code } = toAppError(error)
      if (code === 'INTERNAL') this.#onError(error)
      return [{ scope: 'members', code }]
    }
  }
}

const MOST_CHANGES = 20

function distinct(problems: readonly Problem[]): Problem[] {
  const byWhat = new Map(problems.map(problem => [`${problem.scope} ${problem.code}`, problem]))
  return [...byWhat.values()].slice(0, MOST_PROBLEMS)
}
