import type { Problem } from '@/lib/contracts/common'
import { partitionScope } from '@/lib/partition-key'
import { corruptionOf } from '@/server/kafka/index'
import type { FetchedBatches, FetchedOf, LogBatch } from '@/server/kafka/port'
import type { Position } from '../positions'
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
/** Left-out batches of one partition that are told at once. */
export const SKIPPED_MAX = 20

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
  /** Of each in `held` the time by which it takes its turn. */
  #turnsMs: number[] = []
  /** Nothing that is still to come is on this side of it: later than (upwards), earlier than (downwards). */
  frontierMs: number
  /** Asked for nothing: to stand first in the next request, since a broker fills partitions in their order. */
  idle = 0
  /** It came further than where it began. */
  hasMoved = false
  protected stopped = false
  /** What was asked for last is still wanted. */
  #expects = false
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

  /**
   * The time by which the head takes its turn: the most urgent of those that wait here, as on a page
   * (`Lane.urgency`), so that a single odd timestamp does not hold back those behind it.
   */
  get turnMs(): number {
    return this.#turnsMs[this.taken] ?? 0
  }

  take(): void {
    this.taken++
    if (this.taken < this.held.length) return
    this.held = []
    this.#turnsMs = []
    this.taken = 0
  }

  hold(work: Work): void {
    this.edge = work.edge
    this.hasMoved = true
    if (work.atMs !== null) this.frontierMs = work.atMs
    if (work.found.length === 0) return
    this.held = this.taken < this.held.length ? [...this.held.slice(this.taken), ...work.found] : work.found
    this.taken = 0
    this.#turnsMs = new Array<number>(this.held.length)
    let turnMs = this.held.at(-1)?.timestampMs ?? 0
    for (let i = this.held.length - 1; i >= 0; i--) {
      turnMs = this.moreUrgent(turnMs, this.held[i]?.timestampMs ?? turnMs)
      this.#turnsMs[i] = turnMs
    }
  }

  /** A batch that can't be read is left out, and told of. */
  skip({ info }: LogBatch, error: unknown): void {
    if (this.skipped.length >= SKIPPED_MAX) return
    const params = {
      topic: this.topic,
      partition: this.partition,
      offset: info.baseOffset.toString(),
      nextOffset: (info.lastOffset + 1n).toString(),
      ...corruptionOf(error),
    }
    this.skipped.push({ scope: partitionScope(this), code: 'DECODE_FAILED', params })
  }

  /** Offsets done and in all, for the percentage. */
  get progress(): { done: number; all: number } {
    const all = Number(this.#span)
    return { done: this.finished ? all : all - Number(this.left()), all }
  }

  /** What to ask for next, and that it is asked for now. */
  ask(): { partition: number; offset: bigint; maxBytes: number } {
    this.#expects = true
    return { partition: this.partition, offset: this.fetchFrom(), maxBytes: this.maxBytes() }
  }

  /** `first`: it stood first in the request, so nothing means that nothing is there. */
  accept(
    answer: { ok: true; value: FetchedBatches } | { ok: false; problem: Problem },
    first: boolean,
  ): Work | null {
    if (!this.#expects) return null
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

  /** What is under way is not wanted any more: it is asked for again, from elsewhere. */
  forgetAsked(): void {
    this.#expects = false
  }

  /**
   * What was found up to this batch weighs more than `bytesMax`: some of it, or what stands behind it, is left for
   * later, when it is fetched anew. True: the rest of the work is.
   */
  abstract lighten(work: Work, batch: LogBatch, bytesMax: number): boolean
  /** Of the last batches that were looked at the time up to which it came: an odd one does not tell it alone. */
  protected frontierOf(batches: readonly LogBatch[]): number | null {
    return batches
      .map(batch => batch.maxTimestampMs)
      .reduce<number | null>((at, time) => (at === null ? time : this.moreUrgent(at, time)), null)
  }

  abstract fetchFrom(): bigint
  abstract maxBytes(): number
  /** The boundary where a scan that goes on begins. */
  abstract resumeAt(): bigint
  protected abstract atBound(): boolean
  protected abstract left(): bigint
  protected abstract advance(value: FetchedBatches): Work | null
  protected abstract raiseLow(low: bigint): void
  protected abstract moreUrgent(aMs: number, bMs: number): number
  /** The offset nearest to the edge that was not looked at yet. */
  abstract nextOffset(): bigint

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

/** As they came, packed or not. */
export function bytesOf(answers: readonly FetchedOf<FetchedBatches>[]): number {
  return answers.reduce((sum, { answer }) => sum + (answer.ok ? answer.value.bytes : 0), 0)
}
