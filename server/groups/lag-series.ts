import { PagedDoubles } from './paged-doubles'

const SLOT_MS = 60_000
/** Thirty minutes: what a sparkline shows. Charts are drawn from the store. */
const SLOTS = 30
const LATE_SLOTS = 1

/**
 * The largest lag of each of the last thirty minutes of many groups and partitions, each at its place, some 250
 * bytes; what was not sampled is a gap, NaN inside.
 */
export class LagSeries {
  /** The newest slot, NaN before there is one, then the slots. */
  readonly #rows = new PagedDoubles(1 + SLOTS)

  /** A place for one more; empty. */
  take(): number {
    return this.#rows.take()
  }

  release(place: number): void {
    this.#rows.release(place)
  }

  add(place: number, atMs: number, lag: number | null): void {
    const values = this.#rows.page(place)
    const newest = this.#rows.at(place)
    const first = newest + 1
    const slot = Math.floor(atMs / SLOT_MS)
    let last = values[newest] ?? Number.NaN
    if (Number.isNaN(last)) last = -1
    // A clock that was set back: what lies ahead of it now was never true. A little back is a sample that came late.
    if (slot < last - LATE_SLOTS) {
      values.fill(Number.NaN, first, first + SLOTS)
      values[newest] = slot
    } else if (slot < last) return
    if (slot > last) {
      const skipped = Math.min(slot - last, SLOTS)
      for (let s = slot - skipped + 1; s <= slot; s++) values[first + (s % SLOTS)] = Number.NaN
      values[newest] = slot
    }
    const at = first + (slot % SLOTS)
    if (lag !== null && !(lag <= (values[at] ?? Number.NaN))) values[at] = lag
  }

  /** Lag of the last 30 minutes in 30 values: the largest of each minute, null where nothing was sampled. */
  spark(place: number, nowMs: number): (number | null)[] {
    const values = this.#rows.page(place)
    const newest = this.#rows.at(place)
    const lastKept = values[newest] ?? Number.NaN
    const last = Math.floor(nowMs / SLOT_MS)
    const spark: (number | null)[] = []
    for (let slot = last - SLOTS + 1; slot <= last; slot++) {
      const isKept = slot >= 0 && slot <= lastKept && slot > lastKept - SLOTS
      const lag = isKept ? values[newest + 1 + (slot % SLOTS)] : undefined
      spark.push(lag === undefined || Number.isNaN(lag) ? null : lag)
    }
    return spark
  }

  /** Nothing but 0 in it: may be dropped without losing anything that a sparkline shows. */
  isFlatZero(place: number): boolean {
    const values = this.#rows.page(place)
    const first = this.#rows.at(place) + 1
    for (let at = first; at < first + SLOTS; at++) {
      const lag = values[at] ?? Number.NaN
      if (!Number.isNaN(lag) && lag !== 0) return false
    }
    return true
  }
}
