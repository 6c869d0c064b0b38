import { and, eq, gt, lt, ne } from 'drizzle-orm'
import type { Clock } from '@/server/context'
import type { GroupDescription } from '@/server/kafka/port'
import type { Logger } from '@/server/log'
import { type Lease, releaseLease, takeLease } from '@/server/store/lease'
import { lagFollower, lagSnapshot } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import { storedName } from '../stored-name'
import { packSnapshot, type SharedSnapshot, unpackSnapshot } from './pack-snapshot'

/** Rounds that a holder may miss before another takes over. */
const LEASE_ROUNDS = 3
/** Rounds after which a follower counts as gone. */
const FOLLOWER_ROUNDS = 4
/** How often a follower looks for news within a round. */
export const LOOKS = 5
const MOST_WATCHED = 200

/** `sample`: this replica asks the cluster itself; `wait`: another does, and has nothing new yet. */
export type Turn = { kind: 'sample' | 'wait' } | { kind: 'follow'; shared: SharedSnapshot }

/**
 * Which of several replicas on one PostgreSQL samples a cluster: it holds the lease `lag/<cluster>`, and
 * writes each snapshot into the store while others follow. They read it from there, and take over when the
 * holder's lease runs out. The lease saves work, it guards nothing: a replica that gets no news, or no answer
 * from the store, samples for itself.
 */
export class SnapshotShare {
  readonly #store: Store
  readonly #clock: Clock
  readonly #log: Logger
  readonly #cluster: string
  readonly #instance: string
  readonly #intervalMs: number
  #lease: Lease | null = null
  #turnedAtMs = Number.NEGATIVE_INFINITY
  #isSampling = false
  #followed: number | null = null
  #newsAtMs = Number.NEGATIVE_INFINITY
  /** Told with the next two snapshots, since a follower may miss one. */
  #described = new Map<string, { description: GroupDescription | null; left: number }>()
  /** Groups that somebody watches on another replica, by their stored names. */
  watchedElsewhere: ReadonlySet<string> = new Set()

  constructor(deps: {
    store: Store
    clock: Clock
    log: Logger
    cluster: string
    instance: string
    intervalMs: number
  }) {
    this.#store = deps.store
    this.#clock = deps.clock
    this.#log = deps.log
    this.#cluster = deps.cluster
    this.#instance = deps.instance
    this.#intervalMs = deps.intervalMs
  }

  /** This replica samples for all: it alone writes history. */
  get leads(): boolean {
    return this.#lease !== null
  }

  /** What this replica does now; asked some times a round (`LOOKS`). Never rejects. */
  async turn(watched: Iterable<string>): Promise<Turn> {
    const isDue = performance.now() - this.#turnedAtMs >= this.#intervalMs * 0.95
    if (!isDue && this.#isSampling) return { kind: 'wait' }
    const turn = await this.#decide(isDue, watched)
    this.#isSampling = turn.kind === 'sample'
    return turn
  }

  async #decide(isDue: boolean, watched: Iterable<string>): Promise<Turn> {
    const wasLeading = this.leads
    try {
      if (isDue) {
        this.#turnedAtMs = performance.now()
        const name = `lag/${this.#cluster}`
        const ttlMs = this.#intervalMs * LEASE_ROUNDS
        this.#lease = await takeLease(this.#store, name, this.#instance, ttlMs, this.#clock.now())
        if (this.leads && !wasLeading)
          this.#log.info({ cluster: this.#cluster }, 'this replica samples consumer groups')
        if (!this.leads) await this.#announce([...watched].slice(0, MOST_WATCHED).map(storedName))
      }
      return this.leads ? { kind: 'sample' } : await this.#follow(isDue)
    } catch (error) {
      this.#lease = null
      this.#log.debug({ cluster: this.#cluster, err: error }, 'lag is not shared')
      return { kind: isDue ? 'sample' : 'wait' }
    }
  }

  /** Members as just described: told to followers with the next snapshot. */
  noteDescribed(group: string, description: GroupDescription | null): void {
    if (this.#lease) this.#described.set(group, { description, left: 2 })
  }

  /** Writes a snapshot for those who follow, if anybody does. Never rejects: they sample for themselves without it. */
  async publish(snapshot: SharedSnapshot['snapshot']): Promise<void> {
    if (!this.#lease) return
    try {
      const followers = await this.#followers()
      this.watchedElsewhere = new Set(followers.flatMap(one => one.watched))
      const described = new Map([...this.#described].map(([group, { description }]) => [group, description]))
      for (const [group, one] of this.#described) if (--one.left <= 0) this.#described.delete(group)
      if (followers.length === 0) return
      const data = await packSnapshot({ snapshot, described })
      const row = { cluster: this.#cluster, instance: this.#instance, seq: snapshot.seq, data }
      await this.#store.db
        .insert(lagSnapshot)
        .values(row)
        .onConflictDoUpdate({ target: lagSnapshot.cluster, set: row })
    } catch (error) {
      this.#log.debug({ cluster: this.#cluster, err: error }, 'a lag snapshot was not shared')
    }
  }

  /** Gives the lease back, so that another takes over at once. */
  async leave(): Promise<void> {
    const held = this.#lease
    this.#lease = null
    try {
      if (held) await releaseLease(this.#store, held, this.#clock.now())
      await this.#store.db
        .delete(lagFollower)
        .where(and(eq(lagFollower.cluster, this.#cluster), eq(lagFollower.instance, this.#instance)))
    } catch {
      // Both run out by themselves.
    }
  }

  async #followers(): Promise<{ watched: string[] }[]> {
    const { db } = this.#store
    const mine = eq(lagFollower.cluster, this.#cluster)
    const nowMs = this.#clock.now()
    await db.delete(lagFollower).where(and(mine, lt(lagFollower.untilMs, nowMs)))
    const rows = await db
      .select({ watched: lagFollower.watched })
      .from(lagFollower)
      .where(and(mine, ne(lagFollower.instance, this.#instance), gt(lagFollower.untilMs, nowMs)))
    return rows.map(({ watched }) => ({ watched: JSON.parse(watched) }))
  }

  async #announce(watched: string[]): Promise<void> {
    const row = {
      cluster: this.#cluster,
      instance: this.#instance,
      untilMs: this.#clock.now() + this.#intervalMs * FOLLOWER_ROUNDS,
      watched: JSON.stringify(watched),
    }
    await this.#store.db
      .insert(lagFollower)
      .values(row)
      .onConflictDoUpdate({ target: [lagFollower.cluster, lagFollower.instance], set: row })
  }

  async #follow(isDue: boolean): Promise<Turn> {
    const shared = await this.#newer()
    if (shared) {
      this.#newsAtMs = performance.now()
      return { kind: 'follow', shared }
    }
    const isSilent = performance.now() - this.#newsAtMs > this.#intervalMs * LEASE_ROUNDS
    return { kind: isSilent && isDue ? 'sample' : 'wait' }
  }

  /** The newest snapshot of another replica, once; what was there when this one began to look is old already. */
  async #newer(): Promise<SharedSnapshot | null> {
    const { db } = this.#store
    const mine = eq(lagSnapshot.cluster, this.#cluster)
    const [newest] = await db.select({ seq: lagSnapshot.seq }).from(lagSnapshot).where(mine)
    if (!newest || newest.seq === this.#followed) return null
    const isFirst = this.#followed === null
    this.#followed = newest.seq
    const isOld = this.#clock.now() - newest.seq > this.#intervalMs * LEASE_ROUNDS
    if (isFirst && isOld) return null
    const [row] = await db.select({ data: lagSnapshot.data }).from(lagSnapshot).where(mine)
    return row ? unpackSnapshot(row.data) : null
  }
}
