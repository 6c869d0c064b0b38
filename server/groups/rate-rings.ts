import { RATE_WINDOW_MS, type RatePoint, type Rates, ratesOf } from '@/lib/lag/rates'
import { GRID_MS } from '@/lib/lag/status'
import { PagedDoubles } from './paged-doubles'

const POINTS = RATE_WINDOW_MS / GRID_MS + 1
const FIELDS = 4
/** The newest point, the slot of the last that was kept, how many are, and where the next goes. */
const [SLOT, COUNT, NEXT, FIRST] = [FIELDS, FIELDS + 1, FIELDS + 2, FIELDS + 3]

/** Groups' counters over five minutes, each at its place, 1 KB: the first sample of each 10 s, and the newest. */
export class RateRings {
  readonly #rows = new PagedDoubles(FIRST + POINTS * FIELDS)

  /** A place for one more; empty. */
  take(): number {
    return this.#rows.take()
  }

  release(place: number): void {
    this.#rows.release(place)
  }

  add(place: number, point: RatePoint): void {
    const values = this.#rows.page(place)
    const row = this.#rows.at(place)
    put(values, row, point)
    const slot = Math.floor(point.atMs / GRID_MS)
    const last = values[row + SLOT] ?? Number.NaN
    if (slot === last) return
    const isNew = Number.isNaN(last)
    // A clock that was set back would make nonsense of every difference.
    const count = isNew || slot < last ? 0 : (values[row + COUNT] ?? 0)
    const next = isNew ? 0 : (values[row + NEXT] ?? 0)
    put(values, row + FIRST + next * FIELDS, point)
    values[row + SLOT] = slot
    values[row + NEXT] = (next + 1) % POINTS
    values[row + COUNT] = Math.min(count + 1, POINTS)
  }

  /** Rates from the oldest sample within five minutes to the newest. */
  rates(place: number): Rates {
    const values = this.#rows.page(place)
    const row = this.#rows.at(place)
    if (Number.isNaN(values[row + SLOT] ?? Number.NaN)) return ratesOf([])
    const newest = pointAt(values, row)
    const next = values[row + NEXT] ?? 0
    for (let age = values[row + COUNT] ?? 0; age > 0; age--) {
      const point = pointAt(values, row + FIRST + ((next - age + POINTS) % POINTS) * FIELDS)
      if (newest.atMs - point.atMs <= RATE_WINDOW_MS) return ratesOf([point, newest])
    }
    return ratesOf([newest])
  }
}

function put(values: Float64Array, at: number, { atMs, consumed, produced, lag }: RatePoint): void {
  values[at] = atMs
  values[at + 1] = consumed
  values[at + 2] = produced
  values[at + 3] = lag ?? Number.NaN
}

function pointAt(values: Float64Array, at: number): RatePoint {
  const [atMs = 0, consumed = 0, produced = 0, lag = Number.NaN] = values.subarray(at, at + FIELDS)
  return { atMs, consumed, produced, lag: Number.isNaN(lag) ? null : lag }
}
