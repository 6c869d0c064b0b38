import type { Problem } from '@/lib/contracts/common'
import type { FetchedPartition, LogRecord } from '@/server/kafka/port'
import { higher, lower } from './positions'

export type LaneStart = {
  partition: number
  /** Bounds of what may be read: `low` inclusive, `high` exclusive. */
  low: bigint
  high: bigint
  /** The boundary to read away from. */
  position: bigint
  /** Nothing is stored behind `high`: what is asked for near it stays small whatever the limit. */
  tail: boolean
}

/** Bytes asked for of one partition at first; more where batches turn out larger. */
const CHUNK_BYTES_MIN = 32 * 1024
const CHUNK_BYTES_MAX = 1024 * 1024
const IDLE_TRIES = 2

/**
 * One partition's way through a page: it asks for what it needs and holds records in reading order.
 * Positions, never counts, decide how far it is, so gaps of any size are crossed.
 */
export abstract class Lane {
  readonly partition: number
  protected low: bigint
  protected high: bigint
  protected readonly tail: boolean
  /** Nothing more can be read here for this page; null while it goes on. */
  problem: Problem | null = null
  /** Things that were stepped over. */
  readonly skipped: Problem[] = []
  scannedRecords = 0
  scannedBytes = 0
  /** Asked several times for nothing: to be asked alone, since a broker fills partitions in the order they stand. */
  idle = 0
  protected buffer: LogRecord[] = []
  protected taken = 0
  protected stopped = false
  #keys: number[] = []
  #chunkBytes = CHUNK_BYTES_MIN

  constructor({ partition, low, high, tail }: LaneStart) {
    this.partition = partition
    this.low = low
    this.high = high
    this.tail = tail
  }

  /** Where to fetch next; null when it holds records or is done. */
  wants(): { partition: number; offset: bigint; maxBytes: number } | null {
    if (this.taken < this.buffer.length || this.stopped || this.problem !== null || this.atBound())
      return null
    // At the end of a log little can come, however much is asked for.
    const maxBytes = this.tail && this.scannedBytes === 0 ? CHUNK_BYTES_MAX : this.#chunkBytes
    return { partition: this.partition, offset: this.fetchFrom(), maxBytes }
  }

  /**
   * Takes in what a fetch brought; `alone`: this was the only partition asked, so that nothing means that
   * nothing is there.
   */
  accept(answer: FetchedPartition['answer'], alone: boolean): void {
    if (!answer.ok) {
      this.#fail(answer.problem)
      return
    }
    const { records, nextOffset, bytes, highWatermark, lastStableOffset } = answer.value
    this.scannedBytes += bytes
    this.scannedRecords += records.length
    const from = this.fetchFrom()
    if (records.length === 0 && nextOffset <= from) {
      this.#chunkBytes = Math.min(CHUNK_BYTES_MAX, this.#chunkBytes * 8)
      this.idle++
      if (!alone || this.idle <= IDLE_TRIES) return
      // Behind what is readable now there is more to come, another time; before it nothing is stored up to the bound.
      const readable = lastStableOffset >= 0n ? lastStableOffset : highWatermark
      if (readable >= 0n && from >= readable) this.stopped = true
      else this.advance([], this.high, bytes)
      return
    }
    this.idle = 0
    this.advance(records, nextOffset, bytes)
  }

  get needsSolo(): boolean {
    return this.idle >= IDLE_TRIES
  }

  /** Everything up to the bound is read and taken. */
  get done(): boolean {
    return this.taken >= this.buffer.length && (this.stopped || this.problem !== null || this.atBound())
  }

  head(): LogRecord | undefined {
    return this.buffer[this.taken]
  }

  /**
   * The time by which the head takes its turn: the most urgent of the records that wait here, so that a
   * single odd timestamp neither holds back those behind it nor overtakes.
   */
  urgency(): number {
    return this.#keys[this.taken] ?? 0
  }

  take(): void {
    this.taken++
    if (this.taken < this.buffer.length) return
    this.buffer = []
    this.#keys = []
    this.taken = 0
  }

  /** The boundary that is reached when the page ends here. */
  abstract edge(): bigint
  protected abstract atBound(): boolean
  protected abstract fetchFrom(): bigint
  protected abstract advance(records: LogRecord[], nextOffset: bigint, bytes: number): void
  /** The log begins later than we thought. */
  protected abstract raiseLow(low: bigint): void
  protected abstract moreUrgent(a: number, b: number): number

  /** Records in reading order. */
  protected hold(records: LogRecord[]): void {
    this.buffer = records
    this.taken = 0
    this.#keys = new Array<number>(records.length)
    let best: number | null = null
    for (let i = records.length - 1; i >= 0; i--) {
      const timestampMs = records[i]?.timestampMs ?? 0
      best = best === null ? timestampMs : this.moreUrgent(best, timestampMs)
      this.#keys[i] = best
    }
  }

  #fail(problem: Problem): void {
    const { code, params } = problem
    const behind = offsetIn(params?.nextOffset)
    const start = offsetIn(params?.logStartOffset)
    if (code === 'DECODE_FAILED' && behind !== null && behind > this.fetchFrom()) {
      this.skipped.push(problem)
      this.advance([], behind, 0)
    } else if (code === 'OFFSET_OUT_OF_RANGE' && start !== null && start > this.fetchFrom())
      this.raiseLow(start)
    else this.problem = problem
  }
}

function offsetIn(value: string | number | undefined): bigint | null {
  return typeof value === 'string' && /^\d{1,19}$/.test(value) ? BigInt(value) : null
}

/** Reads towards higher offsets. */
export class LaneUp extends Lane {
  #position: bigint

  constructor(start: LaneStart) {
    super(start)
    this.#position = start.position
  }

  edge(): bigint {
    return this.head()?.offset ?? this.#position
  }

  protected atBound(): boolean {
    return this.#position >= this.high
  }

  protected fetchFrom(): bigint {
    return this.#position
  }

  protected advance(records: LogRecord[], nextOffset: bigint): void {
    this.#position = lower(nextOffset, this.high)
    this.hold(records.filter(record => record.offset < this.high))
  }

  protected raiseLow(low: bigint): void {
    this.low = low
    this.#position = lower(low, this.high)
  }

  protected moreUrgent(a: number, b: number): number {
    return Math.min(a, b)
  }
}

/** A window with more bytes left than that is not read through: it is begun anew, further up. */
const WINDOW_BYTES_MAX = 1024 * 1024
const WINDOW_BYTES_AIM = 256 * 1024
/** Offsets a window may grow to: any gap is crossed in some thirty steps. */
const SPAN_MAX = 2n ** 62n

type Window = { low: bigint; at: bigint; records: LogRecord[] }

/**
 * Reads towards lower offsets, which Kafka can't: by windows below the position, each read upwards. A window
 * that brought little makes the next one four times as long (gaps). One that turns out dense is left for a
 * short one at its upper end, and where that is empty for longer ones down to where records are known: a
 * search in steps that count in the logarithm of the gap.
 */
export class LaneDown extends Lane {
  #position: bigint
  #span: bigint
  /** Records lie right below `above`; what is between it and the position is not known. */
  #dense: { above: bigint; bytesPerOffset: number; tries: number } | null = null
  readonly #wanted: number
  #window: Window | null = null

  /** `wanted`: about how many records are worth having at once. */
  constructor(start: LaneStart, wanted: number) {
    super(start)
    this.#position = start.position
    this.#span = BigInt(wanted)
    this.#wanted = wanted
  }

  edge(): bigint {
    const head = this.head()
    return head === undefined ? this.#position : head.offset + 1n
  }

  protected atBound(): boolean {
    return this.#position <= this.low
  }

  protected fetchFrom(): bigint {
    return this.#current().at
  }

  protected advance(records: LogRecord[], nextOffset: bigint, bytes: number): void {
    const window = this.#current()
    const from = window.at
    if (from === window.low) window.low = this.#beginOf(records[0], window.low)
    for (const record of records)
      if (record.offset >= window.low && record.offset < this.#position) window.records.push(record)
    const left = this.#position - nextOffset
    if (left <= 0n) {
      this.#close(window)
      return
    }
    window.at = nextOffset
    const bytesPerOffset = bytes / Math.max(1, Number(nextOffset - from))
    if (Number(left) * bytesPerOffset <= WINDOW_BYTES_MAX) return
    this.#dense = { above: nextOffset, bytesPerOffset, tries: this.#dense?.tries ?? 0 }
    this.#window = null
  }

  protected raiseLow(low: bigint): void {
    this.low = low
    this.#window = null
    this.#position = higher(this.#position, low)
  }

  protected moreUrgent(a: number, b: number): number {
    return Math.max(a, b)
  }

  /** The first batch came whole, so the window begins where it does. */
  #beginOf(first: LogRecord | undefined, low: bigint): bigint {
    return first === undefined ? low : higher(this.low, lower(low, first.batch.baseOffset))
  }

  #current(): Window {
    if (this.#window === null) {
      const low = higher(this.#position - (this.#searchStep() ?? this.#span), this.low)
      this.#window = { low, at: low, records: [] }
    }
    return this.#window
  }

  #searchStep(): bigint | null {
    if (this.#dense === null || this.#dense.above >= this.#position) return null
    const { above, bytesPerOffset, tries } = this.#dense
    const step = BigInt(Math.max(1, Math.floor(WINDOW_BYTES_AIM / bytesPerOffset))) * 8n ** BigInt(tries)
    return lower(step, (this.#position - above + 1n) / 2n)
  }

  #close({ low, records }: Window): void {
    this.#position = low
    this.#window = null
    if (records.length > 0) this.#dense = null
    else if (this.#dense !== null && this.#dense.tries < 20) this.#dense.tries++
    if (records.length * 2 >= this.#wanted) this.#span = BigInt(records.length)
    else if (this.#dense === null && this.#span < SPAN_MAX) this.#span *= 4n
    this.hold(records.reverse())
  }
}
