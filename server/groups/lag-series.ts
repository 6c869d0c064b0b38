import { GRID_MS } from '@/lib/lag/status'
import type { LagPoint } from './service'

const HOUR_SLOTS = 360

/** A ring of 10 s slots (an hour unless said): the largest lag and time lag of each; an empty slot is a gap, NaN inside. */
export class LagSeries {
  readonly #lag: Float64Array
  readonly #timeLag: Float64Array
  #slot = -1
  readonly #slots: number

  constructor(slots = HOUR_SLOTS) {
    this.#slots = slots
    this.#lag = new Float64Array(slots).fill(Number.NaN)
    this.#timeLag = new Float64Array(slots).fill(Number.NaN)
  }

  add(atMs: number, lag: number | null, timeLagMs: number | null): void {
    const slot = Math.floor(atMs / GRID_MS)
    if (slot < this.#slot) return
    if (slot > this.#slot) {
      const skipped = Math.min(slot - this.#slot, this.#slots)
      for (let s = slot - skipped + 1; s <= slot; s++) {
        this.#lag[s % this.#slots] = Number.NaN
        this.#timeLag[s % this.#slots] = Number.NaN
      }
      this.#slot = slot
    }
    const i = slot % this.#slots
    this.#lag[i] = larger(this.#lag[i], lag)
    this.#timeLag[i] = larger(this.#timeLag[i], timeLagMs)
  }

  /** Points of the last `windowMs` up to `nowMs`, oldest first, one every 10 s; what was not sampled is null. */
  read(nowMs: number, windowMs: number): LagPoint[] {
    const last = Math.floor(nowMs / GRID_MS)
    const count = Math.min(this.#slots, Math.ceil(windowMs / GRID_MS))
    const points: LagPoint[] = []
    for (let slot = last - count + 1; slot <= last; slot++) {
      const kept = slot <= this.#slot && slot > this.#slot - this.#slots
      const i = slot % this.#slots
      points.push({
        atMs: slot * GRID_MS,
        lag: kept ? orNull(this.#lag[i]) : null,
        timeLagMs: kept ? orNull(this.#timeLag[i]) : null,
      })
    }
    return points
  }

  /** Nothing but 0 in it: may be dropped without losing anything. */
  isFlatZero(): boolean {
    return this.#lag.every(v => Number.isNaN(v) || v === 0)
  }
}

function larger(have: number | undefined, value: number | null): number {
  if (value === null) return have ?? Number.NaN
  return have === undefined || Number.isNaN(have) ? value : Math.max(have, value)
}

function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}

/** At most `points` values of a series for a sparkline: the largest of each stretch, null where nothing was sampled. */
export function sparkOf(points: readonly LagPoint[], wanted = 30): (number | null)[] {
  const size = Math.max(1, Math.ceil(points.length / wanted))
  const spark: (number | null)[] = []
  for (let i = 0; i < points.length; i += size) {
    const values = points.slice(i, i + size).flatMap(p => (p.lag === null ? [] : [p.lag]))
    spark.push(values.length > 0 ? Math.max(...values) : null)
  }
  return spark
}
