import type { Problem } from '@/lib/contracts/common'
import { partitionScope } from '@/lib/partition-key'
import type { FetchedBatches, FetchedOf, LogBatch } from '@/server/kafka/port'
import { higher, lower, type Position } from '../positions'
import { isAwayCode } from './away-codes'
import type { Hit, ScanRange } from './scan-types'

/** Batches to look through, and the offsets of them that count: `low` inclusive, `high` exclusive. */
export type Work = {
  lane: ScanLane
  batches: LogBatch[]
  low: bigint
  high: bigint
  found: Hit[]
  /** After it the lane holds what was found. */
  closes: boolean
  /** The boundary that is reached then, and the time up to which it came (null: no batch told). */
  edge: bigint
  atMs: number | null
}

const IDLE_TRIES = 2

/**
 * One partition's way through a scan. Positions come from batch headers, so the next fetch leaves before
 * these are looked through.
 */
export abstract class ScanLane {
  readonly topic: string
  readonly partition: number
  protected low: bigint
  protected high: bigint
  /** What was looked through up to here, and what is asked for next; in between lies what is under way. */
  edge: bigint
  problem: Problem | null = null
  readonly skipped: Problem[] = []
  /** Found and not yet handed out, in reading order. */
  held: Hit[] = []
  /** How many of `held` are handed out. */
  taken = 0
  /** Nothing that is still to come is on this side of it: later than (upwards), earlier than (downwards). */
  frontierMs: number
  /** Asked for nothing: to stand first in the next request, since a broker fills partitions in their order. */
  idle = 0
  protected stopped = false
  /** Of a live tail: where it is to begin, until it is known which offset that is. */
  joinsAt: Position | null
  /** A live tail's: at the end it goes on being asked. */
  protected readonly isEndless: boolean
  readonly #span: bigint

  constructor(range: ScanRange, frontierMs: number, isEndless = false) {
    this.isEndless = isEndless
    this.joinsAt = range.joins?.from ?? null
    this.problem = range.joins?.problem ?? null
    this.topic = range.topic
    this.partition = range.partition
    this.low = range.low
    this.high = range.high
    this.edge = range.position
    this.frontierMs = frontierMs
    this.#span = this.left()
  }

  /** Nothing more is to be asked for. */
  get exhausted(): boolean {
    return this.stopped || this.problem !== null || this.atBound()
  }

  /** Everything is looked through, whether or not it is handed out. */
  get finished(): boolean {
    return this.exhausted && (this.stopped || this.problem !== null || this.left() <= 0n)
  }

  /** Of a live tail: its leader does not answer, and may again. */
  get isAway(): boolean {
    return this.problem !== null && this.isEndless && isAwayCode(this.problem.code)
  }

  /** Of a live tail that it can join now: reads from there on. */
  beginAt(position: bigint): void {
    this.joinsAt = null
    this.low = position
    this.high = position
    this.edge = position
  }

  /** Its leader answers again: it goes on where it stopped. */
  comeBack(): void {
    this.problem = null
  }

  get head(): Hit | undefined {
    return this.held[this.taken]
  }

  take(): void {
    this.taken++
    if (this.taken < this.held.length) return
    this.held = []
    this.taken = 0
  }

  hold(work: Work): void {
    this.edge = work.edge
    if (work.atMs !== null) this.frontierMs = work.atMs
    if (work.found.length === 0) return
    this.held = this.taken < this.held.length ? [...this.held.slice(this.taken), ...work.found] : work.found
    this.taken = 0
  }

  /** Offsets done and in all, for the percentage. */
  get progress(): { done: number; all: number } {
    const all = Number(this.#span)
    return { done: this.finished ? all : all - Number(this.left()), all }
  }

  /** `first`: it stood first in the request, so nothing means that nothing is there. */
  accept(
    answer: { ok: true; value: FetchedBatches } | { ok: false; problem: Problem },
    first: boolean,
  ): Work | null {
    if (!answer.ok) {
      this.#fail(answer.problem)
      return null
    }
    const { value } = answer
    const from = this.fetchFrom()
    if (value.corrupt !== null && value.nextOffset <= from) {
      const { offset, reason, fault } = value.corrupt
      const params = {
        topic: this.topic,
        partition: this.partition,
        offset: offset.toString(),
        reason,
        fault,
      }
      this.problem = { scope: partitionScope(this), code: 'DECODE_FAILED', params }
      return null
    }
    if (value.nextOffset > from) {
      this.idle = 0
      return this.advance(value)
    }
    this.idle++
    if (!first || this.idle <= IDLE_TRIES) return null
    // Behind what is readable now there is more to come, another time; before it nothing is stored up to the bound.
    const { highWatermark, lastStableOffset } = value
    const readable = lastStableOffset >= 0n ? lastStableOffset : highWatermark
    if (this.isEndless) return null
    if (readable >= 0n && from >= readable) {
      this.stopped = true
      return null
    }
    this.idle = 0
    return this.advance({ ...value, nextOffset: this.high })
  }

  abstract fetchFrom(): bigint
  abstract maxBytes(): number
  /** The boundary where a scan that goes on begins. */
  abstract resumeAt(): bigint
  protected abstract atBound(): boolean
  protected abstract left(): bigint
  protected abstract advance(value: FetchedBatches): Work | null
  protected abstract raiseLow(low: bigint): void
  #fail(problem: Problem): void {
    const start = problem.params?.logStartOffset
    if (
      problem.code === 'OFFSET_OUT_OF_RANGE' &&
      typeof start === 'string' &&
      BigInt(start) > this.fetchFrom()
    )
      this.raiseLow(BigInt(start))
    else this.problem = problem
  }
}

/** What is to be looked through now that these lanes were answered, in the order in which they asked. */
export function worksOf(asked: readonly ScanLane[], answers: readonly FetchedOf<FetchedBatches>[]): Work[] {
  const byPartition = new Map(answers.map(one => [one.partition, one.answer]))
  return asked.flatMap((lane, i) => {
    const answer = byPartition.get(lane.partition)
    return (answer && lane.accept(answer, i === 0)) ?? []
  })
}

const CHUNK_BYTES = 1024 * 1024

/** Towards higher offsets. */
export class UpLane extends ScanLane {
  #next: bigint

  constructor(range: ScanRange, isEndless: boolean) {
    super(range, Number.NEGATIVE_INFINITY, isEndless)
    this.#next = range.position
  }

  override beginAt(position: bigint): void {
    super.beginAt(position)
    this.#next = position
  }

  fetchFrom(): bigint {
    return this.#next
  }

  maxBytes(): number {
    return CHUNK_BYTES
  }

  resumeAt(): bigint {
    return this.head?.offset ?? this.edge
  }

  protected atBound(): boolean {
    return this.#next >= this.high && !this.isEndless
  }

  protected left(): bigint {
    return this.high - this.edge
  }

  protected advance({ batches, nextOffset }: FetchedBatches): Work {
    const low = this.#next
    const high = this.isEndless ? nextOffset : lower(nextOffset, this.high)
    this.#next = high
    return {
      lane: this,
      batches: batches.filter(({ info }) => info.lastOffset >= low && info.baseOffset < high),
      low,
      high,
      found: [],
      closes: true,
      edge: high,
      atMs: batches.at(-1)?.maxTimestampMs ?? null,
    }
  }

  protected raiseLow(low: bigint): void {
    const params = {
      topic: this.topic,
      partition: this.partition,
      from: this.#next.toString(),
      to: low.toString(),
    }
    // What retention took while we read is named, not passed over in silence.
    if (this.#next > this.low || this.isEndless)
      this.skipped.push({
        scope: partitionScope(this),
        code: 'RECORD_EXPIRED',
        params,
      })
    this.#next = this.isEndless ? low : lower(low, this.high)
    this.edge = this.#next
  }
}

const WINDOW_BYTES = 1024 * 1024
/** A window with more bytes left than that is begun anew, further up. */
const LEFT_BYTES_MAX = 4 * 1024 * 1024
const FIRST_SPAN = 1000n
const FIRST_BYTES = 128 * 1024
const SPAN_MAX = 2n ** 62n
const GROWTH = 8n

type Window = { low: bigint; at: bigint; bytes: number; found: Hit[]; atMs: number | null }

/** Towards lower offsets, which Kafka can't: by windows below the edge, each read upwards, each about a megabyte. */
export class DownLane extends ScanLane {
  #position: bigint
  #span = FIRST_SPAN
  #window: Window | null = null
  #bytesPerOffset: number | null = null
  /** Records lie right below `above`; what is between it and the position is not known: a search in growing steps. */
  #dense: { above: bigint; bytesPerOffset: number; tries: number } | null = null

  constructor(range: ScanRange) {
    super(range, Number.POSITIVE_INFINITY)
    this.#position = range.position
  }

  fetchFrom(): bigint {
    return this.#current().at
  }

  /** What the window is expected to hold: all that comes beyond its end was fetched for nothing. */
  maxBytes(): number {
    const { at } = this.#current()
    if (this.#bytesPerOffset === null) return FIRST_BYTES
    const expected = Number(this.#position - at) * this.#bytesPerOffset
    return Math.max(FIRST_BYTES, Math.min(WINDOW_BYTES * 2, Math.ceil(expected * 1.05)))
  }

  resumeAt(): bigint {
    const { head } = this
    return head === undefined ? this.edge : head.offset + 1n
  }

  protected atBound(): boolean {
    return this.#position <= this.low
  }

  protected left(): bigint {
    return this.edge - this.low
  }

  protected advance({ batches, nextOffset }: FetchedBatches): Work | null {
    const window = this.#current()
    const [first] = batches
    if (window.at === window.low && first) {
      // The first batch came whole: the window begins where it does.
      window.low = higher(this.low, lower(window.low, first.info.baseOffset))
      window.atMs = first.maxTimestampMs
    }
    const from = window.at
    const high = this.#position
    const wanted = batches.filter(({ info }) => info.baseOffset < high)
    const bytes = wanted.reduce((sum, batch) => sum + batch.bytes, 0)
    window.bytes += bytes
    window.at = nextOffset
    const left = high - nextOffset
    const closes = left <= 0n
    if (!closes) {
      const bytesPerOffset = bytes / Math.max(1, Number(nextOffset - from))
      if (Number(left) * bytesPerOffset > LEFT_BYTES_MAX) {
        this.#dense = { above: nextOffset, bytesPerOffset, tries: this.#dense?.tries ?? 0 }
        this.#window = null
        return null
      }
    }
    if (closes) this.#close(window, wanted.length === 0 && window.atMs === null)
    return {
      lane: this,
      batches: wanted,
      low: window.low,
      high,
      found: window.found,
      closes,
      edge: window.low,
      atMs: wanted.length > 0 || !closes ? window.atMs : null,
    }
  }

  override hold(work: Work): void {
    work.found.reverse()
    super.hold(work)
  }

  protected raiseLow(low: bigint): void {
    this.low = low
    this.#window = null
    this.#position = higher(this.#position, low)
    this.edge = higher(this.edge, low)
  }

  #current(): Window {
    if (this.#window === null) {
      const low = higher(this.#position - (this.#searchStep() ?? this.#span), this.low)
      this.#window = { low, at: low, bytes: 0, found: [], atMs: null }
    }
    return this.#window
  }

  #searchStep(): bigint | null {
    if (this.#dense === null || this.#dense.above >= this.#position) return null
    const { above, bytesPerOffset, tries } = this.#dense
    const step = BigInt(Math.max(1, Math.floor(WINDOW_BYTES / bytesPerOffset))) * GROWTH ** BigInt(tries)
    return lower(step, (this.#position - above + 1n) / 2n)
  }

  #close({ low, bytes }: Window, empty: boolean): void {
    const span = this.#position - low
    this.#position = low
    this.#window = null
    if (empty) {
      if (this.#dense !== null && this.#dense.tries < 20) this.#dense.tries++
      else if (this.#dense === null && this.#span < SPAN_MAX) this.#span *= GROWTH
      return
    }
    this.#dense = null
    this.#bytesPerOffset = bytes / Math.max(1, Number(span))
    const aim = Number(span) * (WINDOW_BYTES / Math.max(1, bytes))
    const limited = Math.min(aim, Number(span) * Number(GROWTH))
    this.#span = BigInt(Math.max(1, Math.floor(limited)))
  }
}
