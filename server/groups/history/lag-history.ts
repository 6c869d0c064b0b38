import { randomInt } from 'node:crypto'
import { and, eq, gte, inArray, lt, lte, sql } from 'drizzle-orm'
import type { Logger } from '@/server/log'
import { lagBlock, lagMarker } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import { storedName } from '../stored-name'
import { type Block, BlockWriter, coarsen, packBlock, type SlotPoint, unpackBlock } from './pack-block'
import { PendingPoints, type SeriesName } from './pending-points'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/**
 * Slot length in seconds, how long a block is, and how long it is kept. Minutes a day more than a week: last
 * week is compared with.
 */
const LEVELS = {
  fine: { level: 10, blockMs: 60_000, keepMs: 3 * HOUR_MS },
  minutes: { level: 60, blockMs: HOUR_MS, keepMs: 8 * DAY_MS },
  hours: { level: 3600, blockMs: DAY_MS, keepMs: 91 * DAY_MS },
} as const
const BUCKETS = 64
const FINE_MS = LEVELS.fine.level * 1000
const FLUSH_MS = 60_000
const PRUNE_MS = HOUR_MS
/** What a cluster's history may take; the oldest minutes go first. */
const MOST_BYTES = 512 * 1024 * 1024
const MOST_MARKERS = 500
/** PGlite works in our own thread: all buckets of a minute in one statement would hold up who waits. */
const ROWS_TOGETHER = 16

type Row = typeof lagBlock.$inferInsert

export type MarkerKind = 'rebalance' | 'members' | 'reset'
export type Marker = { atMs: number; kind: MarkerKind; detail: Record<string, string | number> }

/** Name of a series: a group's total, its lag on a topic, or on one partition. */
export function seriesKey(group: string, topic?: string, partition?: number): string {
  return storedSeriesKey(storedName(group), topic, partition)
}

/** The same of a group whose stored name is known. */
export function storedSeriesKey(stored: string, topic = '', partition: number | '' = ''): string {
  return `${stored}\u0000${topic}\u0000${partition}`
}

function bucketOf(key: string): number {
  const group = key.slice(0, key.indexOf('\u0000'))
  let hash = 5381
  for (let i = 0; i < group.length; i++) hash = (hash * 33 + group.charCodeAt(i)) % 2_147_483_647
  return hash % BUCKETS
}

/**
 * Lag of one cluster over time, in the store: 10 s slots of the last hours, minutes of a week, hours of a
 * quarter. Each minute's slots are written once, in one row for each bucket of groups; a full hour is rolled
 * up from them and a full day from its hours, so that a kill loses a minute at most and nothing is rewritten.
 * Where two replicas wrote the same minute, the larger lag holds.
 */
export class LagHistory {
  readonly #store: Store
  readonly #cluster: string
  readonly #log: Logger
  readonly #mostBytes: number
  /** Less than a slot: blocks of two replicas never have the same key. */
  readonly #offsetMs = randomInt(0, 10_000)
  #pending = new PendingPoints()
  #flushedAtMs: number | null = null
  #prunedAtMs = Number.NEGATIVE_INFINITY
  #work: Promise<void> = Promise.resolve()
  #busy = false

  constructor(deps: { store: Store; cluster: string; log: Logger; mostBytes?: number }) {
    this.#store = deps.store
    this.#cluster = deps.cluster
    this.#log = deps.log
    this.#mostBytes = deps.mostBytes ?? MOST_BYTES
  }

  /** Takes one measurement; several of one 10 s slot keep the largest. */
  record(of: SeriesName | string, atMs: number, lag: number | null, timeLagMs: number | null): void {
    this.#pending.record(of, Math.floor(atMs / FINE_MS), lag, timeLagMs)
  }

  /**
   * After each round: writes what is a minute old, rolls up what is full, drops what is too old. Never
   * rejects, never waits.
   */
  tick(nowMs: number): void {
    this.#flushedAtMs ??= nowMs
    if (this.#busy || nowMs - this.#flushedAtMs < FLUSH_MS) return
    this.#flushedAtMs = nowMs
    this.#busy = true
    this.#work = this.#maintain(nowMs).finally(() => {
      this.#busy = false
    })
  }

  /** Lets go of what is pending and a minute older: another replica writes it. */
  forgetBefore(atMs: number): void {
    const slot = Math.floor(atMs / FINE_MS)
    this.#flushedAtMs = null
    const { firstSlot } = this.#pending
    if (firstSlot !== null && firstSlot < slot - FLUSH_MS / FINE_MS) this.#pending = this.#pending.since(slot)
  }

  /** Writes what is pending: at the end, and in tests. */
  async flush(): Promise<void> {
    await this.#work
    const pending = this.#pending
    this.#pending = pending.next()
    const keys = pending.keys()
    const buckets = new Map<number, number[]>()
    for (const [place, key] of keys.entries()) {
      if (pending.countOf(place) === 0) continue
      const bucket = bucketOf(key)
      const places = buckets.get(bucket)
      if (places) places.push(place)
      else buckets.set(bucket, [place])
    }
    const rows: Row[] = []
    for (const [bucket, places] of buckets) {
      const firstSlot = pending.firstSlotOf(places) ?? 0
      const block = new BlockWriter(firstSlot)
      for (const place of places) {
        block.series(keys[place] ?? '', pending.countOf(place))
        pending.eachPoint(place, (slot, lag, time) => block.point(slot, lag, time))
      }
      const startMs = firstSlot * FINE_MS + this.#offsetMs
      rows.push(this.#row(LEVELS.fine.level, bucket, startMs, await block.pack()))
    }
    for (let at = 0; at < rows.length; at += ROWS_TOGETHER)
      await this.#write(rows.slice(at, at + ROWS_TOGETHER))
  }

  async #maintain(nowMs: number): Promise<void> {
    try {
      this.#work = Promise.resolve()
      await this.flush()
      await this.rollUp(nowMs)
      if (Math.abs(nowMs - this.#prunedAtMs) >= PRUNE_MS) await this.prune(nowMs)
    } catch (error) {
      this.#log.warn({ cluster: this.#cluster, err: error }, 'lag history could not be written')
    }
  }

  /** Full hours out of 10 s slots and full days out of minutes, where that was not done yet. */
  async rollUp(nowMs: number): Promise<void> {
    await this.#rollUpLevel('fine', 'minutes', nowMs)
    await this.#rollUpLevel('minutes', 'hours', nowMs)
  }

  async #rollUpLevel(from: 'fine' | 'minutes', to: 'minutes' | 'hours', nowMs: number): Promise<void> {
    const { level, blockMs } = LEVELS[to]
    const source = LEVELS[from]
    const [known] = await this.#store.db
      .select({ first: sql<string | null>`min(${lagBlock.startMs})` })
      .from(lagBlock)
      .where(and(eq(lagBlock.cluster, this.#cluster), eq(lagBlock.level, source.level)))
    if (known?.first == null) return
    const done = await this.#store.db
      .selectDistinct({ startMs: lagBlock.startMs })
      .from(lagBlock)
      .where(and(eq(lagBlock.cluster, this.#cluster), eq(lagBlock.level, level)))
    const have = new Set(done.map(row => row.startMs))
    const oldest = Math.max(Number(known.first), nowMs - source.keepMs)
    // A little after its end: the last minute of it is written by then.
    for (let start = floor(oldest, blockMs); start + blockMs + FLUSH_MS <= nowMs; start += blockMs)
      if (!have.has(start)) await this.#rollUpBlock(source.level, level, start, blockMs)
  }

  async #rollUpBlock(from: number, to: number, startMs: number, blockMs: number): Promise<void> {
    const firstSlot = startMs / (to * 1000)
    const lastSlot = (startMs + blockMs) / (to * 1000)
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const found = await this.#read(from, bucket, startMs - LEVELS.fine.blockMs, startMs + blockMs)
      const block: Block = new Map()
      for (const [key, points] of found) {
        const own = coarsen(points, to / from).filter(p => p.slot >= firstSlot && p.slot < lastSlot)
        if (own.length > 0) block.set(key, own)
      }
      if (block.size > 0)
        await this.#write([this.#row(to, bucket, startMs, await packBlock(block, firstSlot))])
    }
  }

  #row(level: number, bucket: number, startMs: number, data: Buffer): Row {
    return { cluster: this.#cluster, level, bucket, startMs, bytes: data.length, data }
  }

  async #write(rows: Row[]): Promise<void> {
    await this.#store.db.insert(lagBlock).values(rows).onConflictDoNothing()
  }

  async #read(
    level: number,
    bucket: number,
    fromMs: number,
    toMs: number,
    key?: string,
  ): Promise<Map<string, SlotPoint[]>> {
    const rows = await this.#store.db
      .select({ startMs: lagBlock.startMs, data: lagBlock.data })
      .from(lagBlock)
      .where(
        and(
          eq(lagBlock.cluster, this.#cluster),
          eq(lagBlock.level, level),
          eq(lagBlock.bucket, bucket),
          gte(lagBlock.startMs, fromMs),
          lt(lagBlock.startMs, toMs),
        ),
      )
      .orderBy(lagBlock.startMs)
    const found = new Map<string, SlotPoint[]>()
    for (const row of rows) {
      const firstSlot = Math.floor(row.startMs / (level * 1000))
      const block = await unpackBlock(row.data, firstSlot, key)
      for (const [name, points] of block) {
        const list = found.get(name)
        if (list) for (const point of points) list.push(point)
        else found.set(name, points)
      }
    }
    return found
  }

  /** A series in slots of `level` seconds (10, 60 or 3600), ascending; what was not measured is not there. */
  async series(key: string, level: number, fromMs: number, toMs: number): Promise<SlotPoint[]> {
    const bucket = bucketOf(key)
    const points: SlotPoint[] = []
    // The coarsest that is fine enough, then what is not rolled up yet from the finer ones.
    let openMs = fromMs
    for (const one of [LEVELS.hours, LEVELS.minutes, LEVELS.fine]) {
      if (one.level > level) continue
      // A block may be named a little after its first slot.
      const untilMs = toMs + FINE_MS
      const found = (await this.#read(one.level, bucket, openMs - one.blockMs, untilMs, key)).get(key) ?? []
      for (const slot of coarsen(found, level / one.level)) points.push(slot)
      const last = found.at(-1)
      // A block is written when all of it is there.
      if (last) openMs = Math.max(openMs, floor(last.slot * one.level * 1000, one.blockMs) + one.blockMs)
    }
    for (const slot of coarsen(this.#pending.of(key), level / 10)) points.push(slot)
    const slotMs = level * 1000
    return coarsen(points, 1).filter(p => (p.slot + 1) * slotMs > fromMs && p.slot * slotMs < toMs)
  }

  /** Something that happened to a group; the store's trouble is no trouble of who tells. */
  mark(group: string, { atMs, kind, detail }: Marker): void {
    void this.#store.db
      .insert(lagMarker)
      .values({
        cluster: this.#cluster,
        group: storedName(group),
        atMs,
        kind,
        detail: JSON.stringify(detail),
      })
      .onConflictDoNothing()
      .then(undefined, error =>
        this.#log.warn({ cluster: this.#cluster, err: error }, 'a marker of lag history was not written'),
      )
  }

  async markers(group: string, fromMs: number, toMs: number): Promise<Marker[]> {
    const rows = await this.#store.db
      .select()
      .from(lagMarker)
      .where(
        and(
          eq(lagMarker.cluster, this.#cluster),
          eq(lagMarker.group, storedName(group)),
          gte(lagMarker.atMs, fromMs),
          lte(lagMarker.atMs, toMs),
        ),
      )
      .orderBy(lagMarker.atMs)
      .limit(MOST_MARKERS)
    return rows.map(row => ({ atMs: row.atMs, kind: row.kind, detail: JSON.parse(row.detail) }))
  }

  /**
   * Drops what is too old, and the oldest minutes where the history is too large; gives the room back to
   * PGlite's file.
   */
  async prune(nowMs: number): Promise<void> {
    this.#prunedAtMs = nowMs
    const { db } = this.#store
    const mine = eq(lagBlock.cluster, this.#cluster)
    for (const { level, keepMs } of Object.values(LEVELS))
      await db
        .delete(lagBlock)
        .where(and(mine, eq(lagBlock.level, level), lt(lagBlock.startMs, nowMs - keepMs)))
    await db
      .delete(lagMarker)
      .where(and(eq(lagMarker.cluster, this.#cluster), lt(lagMarker.atMs, nowMs - LEVELS.hours.keepMs)))
    for (
      let keepMs = LEVELS.minutes.keepMs / 2;
      keepMs > HOUR_MS && (await this.bytes()) > this.#mostBytes;
      keepMs /= 2
    )
      await db
        .delete(lagBlock)
        .where(and(mine, inArray(lagBlock.level, [10, 60]), lt(lagBlock.startMs, nowMs - keepMs)))
    // PGlite has nobody who vacuums; PostgreSQL does it by itself.
    if (this.#store.dialect === 'pglite') await db.execute(sql`vacuum ${lagBlock}`)
  }

  /** What this cluster's history takes in the store. */
  async bytes(): Promise<number> {
    const [row] = await this.#store.db
      .select({ sum: sql<string | null>`sum(${lagBlock.bytes})` })
      .from(lagBlock)
      .where(eq(lagBlock.cluster, this.#cluster))
    return Number(row?.sum ?? 0)
  }
}

function floor(ms: number, step: number): number {
  return Math.floor(ms / step) * step
}
