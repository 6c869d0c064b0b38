import type { Problem } from '@/lib/contracts/common'
import type { BatchReader, LogBatch } from '@/server/kafka/port'
import type { SchemaRef } from '@/server/serde/schema/schema-ref'
import { Matcher } from '../match/matcher'
import type { PartReader } from '../match/part-reader'
import type { Position } from '../positions'
import { shownBytes } from '../shown-bytes'
import { AwayLanes } from './away-lanes'
import { hitBytes, toHit, weightOf } from './cut-hit'
import { DownLane } from './down-lane'
import { HitHistogram } from './hit-histogram'
import { HitMerge } from './hit-merge'
import { bytesOf, type ScanLane, SKIPPED_MAX, type Work, worksOf } from './scan-lane'
import type { Hit, ReachedEdge, ScanBudget, ScanCounters, ScanEnd, ScanPlan } from './scan-types'
import { TailNews } from './tail-news'
import { UnjudgedRecords } from './unjudged-records'
import { UpLane } from './up-lane'

export type ScanDeps = {
  /** One a leader: a connection of its own. Closed by the scan. */
  openReader(): BatchReader
  /** Lanes that one broker leads; leadership may move meanwhile, the reader knows. */
  leaderOf(topic: string, partition: number): number
  readerOf(topic: string): PartReader
  /** Gets what a record needs to be read, and hands it to the topic's reader. Always settles. */
  learn(topic: string, wanted: SchemaRef): Promise<void>
  /** Where a live tail begins in those of the partitions whose log can be asked about now. */
  startsIn(topic: string, partitions: readonly number[], from: Position): Promise<Map<number, bigint>>
  /** Takes hits; resolves when more are welcome. */
  emit(hits: Hit[]): Promise<void>
  /** Of a scan partition after partition: all up to there is looked through and handed out. */
  reached?(edge: ReachedEdge): void
  now(): number
  sleep(ms: number): Promise<void>
}

const RESPONSE_BYTES = 8 * 1024 * 1024
/** Only a compacted-away tail makes a broker wait at all: everything asked for lies before the end. */
const MAX_WAIT_MS = 50
const FOLLOW_WAIT_MS = 500
/** A tail lets records gather: asked at each single one, the broker and we would do nothing else. */
const FOLLOW_PAUSE_MS = 100
/** Hits that wait for their turn; beyond, only the lanes that hold the others up go on. */
const HELD_MAX = 1000
const HELD_BYTES_MAX = 32 * 1024 * 1024
/** Hits that one fetch may bring, of all partitions and of each: a megabyte of packed zeros becomes gigabytes. */
const WORKS_BYTES_MAX = 128 * 1024 * 1024
const WORK_BYTES_MAX = 32 * 1024 * 1024
const WORK_BYTES_MIN = 4 * 1024 * 1024
const EMIT_MAX = 100
const EMIT_BYTES_MAX = 1024 * 1024

/**
 * One search over any number of partitions: all leaders in parallel, the next fetch of each in flight while
 * the last one is looked through. Ends by itself; `cancel` ends it at once.
 */
export class Scan {
  readonly #plan: ScanPlan
  readonly #deps: ScanDeps
  readonly #matcher: Matcher | null
  readonly #lanes: ScanLane[]
  readonly #merge: HitMerge
  readonly #histogram = new HitHistogram()
  readonly #unjudged = new UnjudgedRecords()
  readonly #readers = new Set<BatchReader>()
  /** Of a live tail. */
  readonly news: TailNews
  readonly #away: AwayLanes
  readonly #workBytesMax: number
  #records = 0
  #bytes = 0
  #hits = 0
  #heldBytes = 0
  #shownBytes = 0
  #startedMs = 0
  #ended: Pick<ScanEnd, 'reason' | 'detail'> | null = null
  #cancelled = false
  #wake: (() => void)[] = []

  constructor(plan: ScanPlan, deps: ScanDeps) {
    this.#plan = plan
    this.#deps = deps
    this.#matcher = plan.filter === null ? null : new Matcher(plan.filter)
    this.#lanes = plan.ranges.map(range =>
      plan.order === 'desc' ? new DownLane(range) : new UpLane(range, plan.order === 'follow'),
    )
    const share = WORKS_BYTES_MAX / Math.max(1, this.#lanes.length)
    this.#workBytesMax = Math.max(WORK_BYTES_MIN, Math.min(WORK_BYTES_MAX, share))
    this.#merge = new HitMerge(this.#lanes, plan.order)
    this.news = new TailNews(this.#lanes)
    this.#away = new AwayLanes({
      ...deps,
      isolation: plan.isolation,
      isOver: () => this.#over,
      back: lane => {
        this.news.comeBack(lane)
        this.#notify()
      },
    })
  }

  /** Runs to its end. Throws what befell the whole cluster, and CANCELLED. */
  async run(): Promise<ScanEnd> {
    this.#startedMs = this.#deps.now()
    this.#away.watch(this.#lanes)
    try {
      await Promise.all(this.#groups().map(lanes => this.#loop(lanes)))
      if (this.#ended === null || this.#ended.reason === 'budget') await this.#emitReady(true)
    } finally {
      this.cancel()
    }
    return this.#result()
  }

  /** Closes its connections; whatever is under way ends. */
  cancel(): void {
    this.#cancelled = true
    for (const reader of this.#readers) reader.close()
    this.#readers.clear()
    this.#notify()
  }

  /** Ends it as if its own budget of bytes were used up: hits that were found are handed out, and it can go on. */
  endByBytes(): void {
    this.#ended ??= { reason: 'budget', detail: 'bytes' }
    this.#notify()
  }

  counters(): ScanCounters {
    let done = 0
    let all = 0
    for (const lane of this.#lanes) {
      const progress = lane.progress
      done += progress.done
      all += progress.all
    }
    return {
      records: this.#records,
      bytes: this.#bytes,
      hits: this.#hits,
      percent: all === 0 ? 100 : Math.min(100, (done / all) * 100),
      atMs: this.#reachedMs(),
    }
  }

  histogram() {
    return this.#histogram.toJSON()
  }

  /** Partitions that can not be read on, and batches that were left out: the first of them. */
  problems(): Problem[] {
    const skipped = this.#lanes.flatMap(lane => lane.skipped).slice(0, SKIPPED_MAX)
    return [...this.#lanes.flatMap(lane => lane.problem ?? []), ...skipped]
  }

  get errors(): number {
    return this.#unjudged.told.count
  }

  /** Everything up to that time is looked through in all partitions. */
  #reachedMs(): number | null {
    const open = this.#lanes.filter(lane => !lane.finished).map(lane => lane.frontierMs)
    if (open.length === 0) return null
    const reached = this.#plan.order === 'desc' ? Math.max(...open) : Math.min(...open)
    return Number.isFinite(reached) ? reached : null
  }

  #groups(): ScanLane[][] {
    if (this.#plan.order === 'partition') return [this.#lanes]
    const byLeader = new Map<string, ScanLane[]>()
    for (const lane of this.#lanes) {
      const key = `${lane.topic}/${this.#deps.leaderOf(lane.topic, lane.partition)}`
      byLeader.set(key, [...(byLeader.get(key) ?? []), lane])
    }
    return [...byLeader.values()]
  }

  async #loop(lanes: ScanLane[]): Promise<void> {
    const reader = this.#deps.openReader()
    this.#readers.add(reader)
    try {
      let pending = this.#ask(reader, lanes)
      for (;;) {
        if (this.#over) return
        // A lane whose hits weighed too much has something to ask for again.
        pending ??= this.#ask(reader, lanes)
        if (pending === null) {
          if (lanes.every(lane => lane.exhausted && !lane.isAway)) return
          await this.#change()
          pending = this.#ask(reader, lanes)
          continue
        }
        const { asked } = pending
        const answers = await pending.answers
        const works = worksOf(asked, answers)
        if (this.#over) return reader.giveBack(answers)
        this.#away.watch(asked)
        this.#bytes += bytesOf(answers)
        // Now, before anything is looked through: the broker works while we do.
        pending = this.#over ? null : this.#ask(reader, lanes)
        pending?.answers.catch(() => undefined)
        for (const work of works) await this.#process(work)
        reader.giveBack(answers)
        await this.#emitReady(false)
        this.#tellReached(works)
        if (this.#plan.order === 'follow') await this.#deps.sleep(FOLLOW_PAUSE_MS)
        this.#checkBudget(this.#plan.budget)
        this.#notify()
      }
    } catch (error) {
      if (this.#ended === null) throw error
    } finally {
      this.#readers.delete(reader)
      reader.close()
      this.#notify()
    }
  }

  get #over(): boolean {
    return this.#ended !== null || this.#cancelled
  }

  #ask(reader: BatchReader, lanes: readonly ScanLane[]) {
    const asked = this.#next(lanes)
    const [first] = asked
    if (first === undefined) return null
    const follows = this.#plan.order === 'follow'
    const answers = reader.fetch({
      topic: first.topic,
      positions: asked.map(lane => lane.ask()),
      isolation: this.#plan.isolation,
      includeAborted: this.#plan.aborted,
      maxWaitMs: follows ? FOLLOW_WAIT_MS : MAX_WAIT_MS,
      maxBytes: RESPONSE_BYTES,
    })
    return { asked, answers }
  }

  /**
   * Those that came away with nothing stand first. With too much held, only lanes that hold the others up are
   * asked.
   */
  #next(lanes: readonly ScanLane[]): ScanLane[] {
    const open = lanes.filter(lane => !lane.exhausted)
    const { order } = this.#plan
    const topic = open[0]?.topic
    if (order === 'partition') return open.slice(0, 1)
    if (order === 'follow') return open.sort((a, b) => b.idle - a.idle)
    const full = this.#held() >= HELD_MAX || this.#heldBytes >= HELD_BYTES_MAX
    return open
      .filter(lane => lane.topic === topic && (!full || this.#merge.holdsUp(lane)))
      .sort((a, b) => b.idle - a.idle)
  }

  #held(): number {
    return this.#lanes.reduce((held, lane) => held + lane.held.length - lane.taken, 0)
  }

  async #process(work: Work): Promise<void> {
    const { lane, batches, low, high, found } = work
    let bytes = weightOf(found)
    for (const batch of batches) {
      const known = found.length
      try {
        await this.#look(work, batch, low, high)
      } catch (error) {
        if (this.#cancelled) throw error
        lane.skip(batch, error)
      }
      if (this.#over) return
      bytes += weightOf(found, known)
      if (bytes <= this.#workBytesMax) continue
      if (lane.lighten(work, batch, this.#workBytesMax)) {
        // The partition behind this one may be under way by now: it has to wait for the rest of this one.
        if (this.#plan.order === 'partition') for (const other of this.#lanes) other.forgetAsked()
        break
      }
      bytes = weightOf(found)
    }
    if (!work.closes) return
    this.#heldBytes += bytes
    lane.hold(work)
  }

  async #look({ lane, found }: Work, batch: LogBatch, low: bigint, high: bigint): Promise<void> {
    const { info } = batch
    const inside = info.baseOffset >= low && info.lastOffset < high
    const steps = batch.open()
    const matcher = this.#matcher
    const reader = matcher === null ? null : this.#deps.readerOf(lane.topic)
    if (matcher !== null && reader !== null && !matcher.enter(steps.body, reader)) {
      this.#records += info.recordCount
      return
    }
    while (steps.next()) {
      if (!inside && (steps.offset < low || steps.offset >= high)) continue
      this.#records++
      if (matcher === null || reader === null) {
        found.push(toHit(lane.topic, steps.record()))
        continue
      }
      if (matcher.ruledOut(steps)) continue
      const record = steps.record()
      let verdict = matcher.judge(record, lane.topic, reader)
      while (typeof verdict === 'object' && 'wanted' in verdict) {
        await this.#deps.learn(lane.topic, verdict.wanted)
        if (this.#over) return
        verdict = matcher.judge(record, lane.topic, reader)
      }
      if (verdict === true) found.push(toHit(lane.topic, record))
      else if (verdict !== false) {
        const { topic, partition } = lane
        this.#unjudged.note({ topic, partition, offset: record.offset }, verdict)
      }
    }
  }

  async #emitReady(force: boolean): Promise<void> {
    for (;;) {
      const hits: Hit[] = []
      let bytes = 0
      while (hits.length < EMIT_MAX && bytes < EMIT_BYTES_MAX && this.#hasRoom()) {
        const next = this.#merge.next(force)
        if (next === null) break
        next.lane.take()
        const size = hitBytes(next.hit)
        bytes += size
        this.#heldBytes -= size
        this.#hits++
        if (this.#plan.answer) this.#shownBytes += shownBytes(next.hit, this.#plan.answer.partBytes)
        this.#histogram.add(next.hit.timestampMs)
        hits.push(next.hit)
      }
      if (this.#hits >= this.#plan.limit) this.#ended ??= { reason: 'limit', detail: null }
      else if (!this.#hasRoom()) this.#ended ??= { reason: 'budget', detail: 'bytes' }
      if (hits.length === 0) return
      await this.#deps.emit(hits)
      if (this.#cancelled) return
    }
  }

  /** For one more hit. */
  #hasRoom(): boolean {
    const { limit, answer } = this.#plan
    return this.#hits < limit && (answer === undefined || this.#shownBytes < answer.bytes)
  }

  #tellReached(works: readonly Work[]): void {
    if (this.#plan.order !== 'partition' || this.#over) return
    for (const { lane } of works)
      this.#deps.reached?.({
        partition: lane.partition,
        until: lane.resumeAt(),
        errors: this.errors,
        problems: this.problems(),
      })
  }

  #checkBudget({ bytes, records, timeMs }: ScanBudget): void {
    if (this.#ended !== null) return
    if (this.#deps.now() - this.#startedMs >= timeMs) this.#ended = { reason: 'budget', detail: 'time' }
    // Who goes on again and again with little means comes further each time.
    else if (!this.#lanes.some(lane => lane.hasMoved)) return
    else if (this.#bytes >= bytes) this.#ended = { reason: 'budget', detail: 'bytes' }
    else if (this.#records >= records) this.#ended = { reason: 'budget', detail: 'records' }
  }

  #change(): Promise<void> {
    return new Promise(resolve => this.#wake.push(resolve))
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  #result(): ScanEnd {
    const problems = this.problems()
    const more = this.#lanes.some(lane => !lane.finished || lane.head !== undefined)
    const failed = this.#lanes.flatMap(lane => lane.problem ?? [])
    // At its limit or out of means it may have come to the end as well.
    const ended = more ? this.#ended : null
    const isDenied = failed.length > 0 && failed.every(problem => problem.code === 'CLUSTER_DENIED')
    return {
      ...this.counters(),
      ...(ended ?? { reason: 'end', detail: isDenied ? ('denied' as const) : null }),
      edges: this.#lanes.map(lane => ({
        topic: lane.topic,
        partition: lane.partition,
        offset: lane.resumeAt(),
      })),
      more,
      histogram: this.histogram(),
      evaluationErrors: this.#unjudged.told,
      problems,
    }
  }
}
