import type { FetchedBatches, LogBatch } from '@/server/kafka/port'
import { higher, lower } from '../positions'
import { hitBytes, weightOf } from './cut-hit'
import { ScanLane, type Work } from './scan-lane'
import type { Hit, ScanRange } from './scan-types'

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
  /** Longer windows held more than one may. */
  #spanMost = SPAN_MAX
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

  nextOffset(): bigint {
    return this.edge - 1n
  }

  protected moreUrgent(aMs: number, bMs: number): number {
    return Math.max(aMs, bMs)
  }

  protected atBound(): boolean {
    return this.#position <= this.low
  }

  protected left(): bigint {
    return this.edge - this.low
  }

  protected advance({ batches, nextOffset }: FetchedBatches): Work | null {
    const window = this.#current()
    const [first, second] = batches
    if (window.at === window.low && first) {
      // The first batch came whole: the window begins where it does.
      window.low = higher(this.low, lower(window.low, first.info.baseOffset))
      window.atMs = this.frontierOf(second ? [first, second] : [first])
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

  /** The oldest leave: they come last. */
  lighten(work: Work, _: LogBatch, bytesMax: number): boolean {
    const { found, high } = work
    let bytes = weightOf(found)
    let leaving = 0
    for (; leaving < found.length - 1 && bytes > bytesMax / 2; leaving++) bytes -= hitBytes(found[leaving])
    const [last] = found.splice(0, leaving).slice(-1)
    if (last === undefined) return false
    const low = last.offset + 1n
    this.#spanMost = high - low
    work.edge = low
    work.atMs = last.timestampMs
    if (this.#window?.found === found) {
      this.#window.low = low
      this.#window.atMs = last.timestampMs
    } else {
      this.#position = low
      this.#window = null
      this.#span = this.#spanMost
      this.forgetAsked()
    }
    return false
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
    this.#span = lower(BigInt(Math.max(1, Math.floor(limited))), this.#spanMost)
    if (this.#spanMost < SPAN_MAX) this.#spanMost *= 2n
  }
}
