import { partitionScope } from '@/lib/partition-key'
import type { FetchedBatches, LogBatch } from '@/server/kafka/port'
import { lower } from '../positions'
import { ScanLane, type Work } from './scan-lane'
import type { ScanRange } from './scan-types'

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

  nextOffset(): bigint {
    return this.edge
  }

  protected moreUrgent(aMs: number, bMs: number): number {
    return Math.min(aMs, bMs)
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
      atMs: this.frontierOf(batches.slice(-2)),
    }
  }

  /** What stands behind the batch waits. */
  lighten(work: Work, batch: LogBatch): boolean {
    if (batch === work.batches.at(-1)) return false
    const { info, maxTimestampMs } = batch
    work.edge = info.lastOffset + 1n
    work.atMs = maxTimestampMs
    this.#next = work.edge
    this.forgetAsked()
    return true
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
