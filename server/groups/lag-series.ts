import { GRID_MS } from '@/lib/lag/status'
import type { LagPoint } from './service'

const SPARK_MS = 30 * 60_000
const SPARK_POINTS = 30
const LATE_SLOTS = 6

export type SeriesShape = { slots: number; slotMs: number; timeLag: boolean }
/** An hour of 10 s slots: a group's. */
const GROUP_SERIES: SeriesShape = { slots: 360, slotMs: GRID_MS, timeLag: true }
/** Thirty minutes, just what a sparkline shows: a partition's, of which there may be very many. */
export const PARTITION_SERIES: SeriesShape = { slots: SPARK_POINTS, slotMs: 60_000, timeLag: false }

/** A ring of slots: the largest lag (and time lag) of each; what was not sampled is a gap, NaN inside. */
export class LagSeries {
  readonly #lag: Float64Array
  readonly #timeLag: Float64Array | null
  readonly #slots: number
  readonly #slotMs: number
  #slot = -1

  constructor(shape: SeriesShape = GROUP_SERIES) {
    this.#slots = shape.slots
    this.#slotMs = shape.slotMs
    this.#lag = new Float64Array(shape.slots).fill(Number.NaN)
    this.#timeLag = shape.timeLag ? new Float64Array(shape.slots).fill(Number.NaN) : null
  }

  add(atMs: number, lag: number | null, timeLagMs: number | null): void {
    const slot = Math.floor(atMs / this.#slotMs)
    // A clock that was set back: what lies ahead of it now was never true. A little back is a sample that came late.
    if (slot < this.#slot - LATE_SLOTS) this.#clear(slot)
    else if (slot < this.#slot) return
    if (slot > this.#slot) {
      const skipped = Math.min(slot - this.#slot, this.#slots)
      for (let s = slot - skipped + 1; s <= slot; s++) this.#wipe(s)
      this.#slot = slot
    }
    const i = slot % this.#slots
    this.#lag[i] = larger(this.#lag[i], lag)
    if (this.#timeLag) this.#timeLag[i] = larger(this.#timeLag[i], timeLagMs)
  }

  /** Points of the last `windowMs` up to `nowMs`, oldest first, one a slot; what was not sampled is null. */
  read(nowMs: number, windowMs: number): LagPoint[] {
    const last = Math.floor(nowMs / this.#slotMs)
    const count = Math.min(this.#slots, Math.ceil(windowMs / this.#slotMs))
    const points: LagPoint[] = []
    for (let slot = last - count + 1; slot <= last; slot++) {
      const i = this.#placeOf(slot)
      points.push({
        atMs: slot * this.#slotMs,
        lag: orNull(i === null ? Number.NaN : this.#lag[i]),
        timeLagMs: orNull(i === null ? Number.NaN : this.#timeLag?.[i]),
      })
    }
    return points
  }

  /** Lag of the last 30 minutes in 30 values: the largest of each minute, null where nothing was sampled. */
  spark(nowMs: number): (number | null)[] {
    const last = Math.floor(nowMs / this.#slotMs)
    const each = SPARK_MS / SPARK_POINTS / this.#slotMs
    const spark: (number | null)[] = []
    for (let slot = last - SPARK_POINTS * each + 1; slot <= last; slot += each) {
      let most = Number.NaN
      for (let s = slot; s < slot + each; s++) {
        const i = this.#placeOf(s)
        const lag = i === null ? undefined : this.#lag[i]
        if (lag !== undefined && !(lag <= most) && !Number.isNaN(lag)) most = lag
      }
      spark.push(orNull(most))
    }
    return spark
  }

  /** Nothing but 0 in it: may be dropped without losing anything that a sparkline shows. */
  isFlatZero(): boolean {
    return this.#lag.every(v => Number.isNaN(v) || v === 0)
  }

  #placeOf(slot: number): number | null {
    return slot >= 0 && slot <= this.#slot && slot > this.#slot - this.#slots ? slot % this.#slots : null
  }

  #wipe(slot: number): void {
    if (slot < 0) return
    this.#lag[slot % this.#slots] = Number.NaN
    if (this.#timeLag) this.#timeLag[slot % this.#slots] = Number.NaN
  }

  #clear(slot: number): void {
    this.#lag.fill(Number.NaN)
    this.#timeLag?.fill(Number.NaN)
    this.#slot = slot
  }
}

function larger(have: number | undefined, value: number | null): number {
  if (value === null) return have ?? Number.NaN
  return have === undefined || Number.isNaN(have) ? value : Math.max(have, value)
}

function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}
