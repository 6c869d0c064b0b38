import type { Problem } from '@/lib/contracts/common'
import type { GroupRow, PartitionLag } from '@/lib/contracts/groups'
import { toAppError } from '@/lib/errors'
import type { Clock } from '@/server/context'
import type { GroupDescription, GroupListing, KafkaCluster } from '@/server/kafka/port'
import type { Logger } from '@/server/log'
import { toGroupRow, toPartitionLags } from './group-rows'
import { LagBook } from './lag-book'
import { LagSeries } from './lag-series'
import { MarkerCheck } from './marker-check'
import type { LagPoint, LagSampler } from './service'
import { takeSnapshot } from './take-snapshot'

const INTERVAL_MS = 5000
const WATCH_INTERVAL_MS = 1000
const DESCRIBE_AGE_MS = 15_000
/** Groups described a round: members change slowly, and a round must stay short on a cluster of 10,000. */
const DESCRIBE_LIMIT = 500

type Watch = { listeners: Set<() => void>; timer: NodeJS.Timeout; running: boolean }

/** One loop a cluster: a snapshot of every group each 5 s, a watched group each second. Never two rounds at once. */
export class ClusterLagSampler implements LagSampler {
  readonly name: string
  readonly #cluster: KafkaCluster
  readonly #clock: Clock
  readonly #log: Logger
  readonly #book = new LagBook()
  readonly #markers: MarkerCheck
  readonly #total = new LagSeries()
  readonly #listeners = new Set<() => void>()
  readonly #watches = new Map<string, Watch>()
  readonly #abort = new AbortController()
  #rows: GroupRow[] = []
  #sampledAtMs: number | null = null
  #problems: Problem[] = []
  #timer: NodeJS.Timeout | null = null
  #round: Promise<void> | null = null

  constructor(deps: { cluster: KafkaCluster; clock: Clock; log: Logger }) {
    this.#cluster = deps.cluster
    this.#clock = deps.clock
    this.#log = deps.log
    this.name = `lag:${deps.cluster.id}`
    this.#markers = new MarkerCheck(deps.cluster, this.#abort.signal)
  }

  start(): void {
    if (this.#timer || this.#abort.signal.aborted) return
    const tick = async () => {
      const startedAtMs = this.#clock.now()
      this.#round = this.#sampleAll()
      await this.#round
      if (this.#abort.signal.aborted) return
      // A slow cluster is asked less often: never more than half of its time goes into answering us.
      const tookMs = this.#clock.now() - startedAtMs
      this.#timer = setTimeout(tick, Math.max(INTERVAL_MS - tookMs, tookMs))
    }
    this.#timer = setTimeout(tick, 0)
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    if (this.#timer) clearTimeout(this.#timer)
    for (const watch of this.#watches.values()) clearInterval(watch.timer)
    this.#watches.clear()
    await this.#round
  }

  snapshot(): { rows: readonly GroupRow[]; sampledAtMs: number } | null {
    return this.#sampledAtMs === null ? null : { rows: this.#rows, sampledAtMs: this.#sampledAtMs }
  }

  problems(): readonly Problem[] {
    return this.#problems
  }

  ready(signal: AbortSignal): Promise<void> {
    if (this.#sampledAtMs !== null || this.#problems.length > 0) return Promise.resolve()
    return new Promise(resolve => {
      const done = () => {
        off()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const off = this.onSnapshot(done)
      signal.addEventListener('abort', done, { once: true })
    })
  }

  description(group: string): GroupDescription | null {
    return this.#book.groups.get(group)?.description ?? null
  }

  async find(group: string, signal: AbortSignal): Promise<boolean> {
    if (this.#book.groups.has(group)) return true
    const { groups } = await this.#cluster.listGroups({ signal })
    const listing = groups.find(g => g.group === group)
    if (!listing) return false
    await this.#sampleOne(listing)
    await this.#describe([listing])
    return true
  }

  row(group: string): GroupRow | null {
    const state = this.#book.groups.get(group)
    return state ? toGroupRow(state, this.#clock.now()) : null
  }

  partitions(group: string): readonly PartitionLag[] | null {
    const state = this.#book.groups.get(group)
    return state ? toPartitionLags(state, this.#clock.now()) : null
  }

  series(group: string, windowMs: number): readonly LagPoint[] {
    return this.#book.groups.get(group)?.series.read(this.#clock.now(), windowMs) ?? []
  }

  totalSeries(windowMs: number): readonly LagPoint[] {
    return this.#total.read(this.#clock.now(), windowMs)
  }

  watch(group: string, onSample: () => void): () => void {
    const watch = this.#watches.get(group) ?? this.#beginWatch(group)
    watch.listeners.add(onSample)
    return () => {
      watch.listeners.delete(onSample)
      if (watch.listeners.size > 0 || this.#watches.get(group) !== watch) return
      clearInterval(watch.timer)
      this.#watches.delete(group)
    }
  }

  onSnapshot(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #beginWatch(group: string): Watch {
    const watch: Watch = {
      listeners: new Set(),
      running: false,
      timer: setInterval(async () => {
        const listing = this.#book.groups.get(group)?.listing
        if (watch.running || !listing || this.#abort.signal.aborted) return
        watch.running = true
        await this.#sampleOne(listing)
        watch.running = false
        for (const listener of watch.listeners) listener()
      }, WATCH_INTERVAL_MS),
    }
    this.#watches.set(group, watch)
    return watch
  }

  async #sampleOne(listing: GroupListing): Promise<void> {
    try {
      const snapshot = await this.#takeSnapshot([listing])
      this.#book.take(snapshot, false, this.#markers.verdict)
    } catch (error) {
      const state = this.#book.groups.get(listing.group)
      if (state) state.problem = { scope: `group:${listing.group}`, code: toAppError(error).code }
    }
  }

  #takeSnapshot(groups?: GroupListing[]) {
    return takeSnapshot(this.#cluster, () => this.#clock.now(), {
      signal: this.#abort.signal,
      starts: p => this.#book.knownStart(p, this.#clock.now()),
      ...(groups ? { groups } : {}),
    })
  }

  async #sampleAll(): Promise<void> {
    try {
      const snapshot = await this.#takeSnapshot()
      this.#book.take(snapshot, true, this.#markers.verdict)
      await this.#describeSome()
      await this.#markers.settle()
      this.#problems = snapshot.problems
      this.#publish(snapshot.atMs)
    } catch (error) {
      if (this.#abort.signal.aborted) return
      const { code } = toAppError(error)
      this.#problems = [{ scope: 'cluster', code }]
      this.#log.debug({ cluster: this.#cluster.id, code }, 'lag snapshot failed')
    }
    for (const listener of this.#listeners) listener()
  }

  #publish(atMs: number): void {
    let total: number | null = null
    this.#rows = []
    for (const state of this.#book.groups.values()) {
      if (state.lag !== null) total = (total ?? 0) + state.lag
      this.#rows.push(toGroupRow(state, atMs))
    }
    this.#total.add(atMs, total, null)
    this.#sampledAtMs = atMs
  }

  /** Members of the groups described longest ago; a state that changed is described at once. */
  async #describeSome(): Promise<void> {
    const now = this.#clock.now()
    const due = [...this.#book.groups.values()]
      .filter(s => now - s.describedAtMs >= DESCRIBE_AGE_MS || s.description?.state !== s.listing.state)
      .sort((a, b) => a.describedAtMs - b.describedAtMs)
      .slice(0, DESCRIBE_LIMIT)
    if (due.length > 0) await this.#describe(due.map(s => s.listing))
  }

  async #describe(listings: GroupListing[]): Promise<void> {
    const now = this.#clock.now()
    const answers = await this.#cluster.describeGroups(listings, { signal: this.#abort.signal })
    for (const { group, answer } of answers) {
      const state = this.#book.groups.get(group)
      if (!state) continue
      state.describedAtMs = now
      if (answer.ok) state.description = answer.value
    }
  }
}
