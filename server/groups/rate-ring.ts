import { RATE_WINDOW_MS, type RatePoint, type Rates, ratesOf } from '@/lib/lag/rates'
import { GRID_MS } from '@/lib/lag/status'

const POINTS = RATE_WINDOW_MS / GRID_MS + 1
const FIELDS = 4

/** A group's counters over five minutes: the first sample of each 10 s, and the newest; flat, 1 KB a group. */
export class RateRing {
  readonly #values = new Float64Array(POINTS * FIELDS)
  #count = 0
  #next = 0
  #newest: RatePoint | null = null
  #slot = -1

  add(point: RatePoint): void {
    this.#newest = point
    const slot = Math.floor(point.atMs / GRID_MS)
    if (slot === this.#slot) return
    // A clock that was set back would make nonsense of every difference.
    if (slot < this.#slot) this.#count = 0
    this.#slot = slot
    const at = this.#next * FIELDS
    this.#values.set([point.atMs, point.consumed, point.produced, point.lag ?? Number.NaN], at)
    this.#next = (this.#next + 1) % POINTS
    this.#count = Math.min(this.#count + 1, POINTS)
  }

  /** Rates from the oldest sample within five minutes to the newest. */
  rates(): Rates {
    const newest = this.#newest
    if (!newest) return ratesOf([])
    for (let age = this.#count; age > 0; age--) {
      const point = this.#read((this.#next - age + POINTS) % POINTS)
      if (newest.atMs - point.atMs <= RATE_WINDOW_MS) return ratesOf([point, newest])
    }
    return ratesOf([newest])
  }

  #read(i: number): RatePoint {
    const [atMs = 0, consumed = 0, produced = 0, lag = Number.NaN] = this.#values.subarray(
      i * FIELDS,
      i * FIELDS + FIELDS,
    )
    return { atMs, consumed, produced, lag: Number.isNaN(lag) ? null : lag }
  }
}
