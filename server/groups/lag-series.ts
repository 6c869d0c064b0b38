const SLOT_MS = 60_000
/** Thirty minutes: what a sparkline shows. Charts are drawn from the store. */
const SLOTS = 30
const LATE_SLOTS = 1

/** The largest lag of each of the last thirty minutes, some 300 bytes; what was not sampled is a gap, NaN inside. */
export class LagSeries {
  readonly #lag = new Float64Array(SLOTS).fill(Number.NaN)
  #slot = -1

  add(atMs: number, lag: number | null): void {
    const slot = Math.floor(atMs / SLOT_MS)
    // A clock that was set back: what lies ahead of it now was never true. A little back is a sample that came late.
    if (slot < this.#slot - LATE_SLOTS) {
      this.#lag.fill(Number.NaN)
      this.#slot = slot
    } else if (slot < this.#slot) return
    if (slot > this.#slot) {
      const skipped = Math.min(slot - this.#slot, SLOTS)
      for (let s = slot - skipped + 1; s <= slot; s++) this.#lag[s % SLOTS] = Number.NaN
      this.#slot = slot
    }
    const known = this.#lag[slot % SLOTS] ?? Number.NaN
    if (lag !== null && !(lag <= known)) this.#lag[slot % SLOTS] = lag
  }

  /** Lag of the last 30 minutes in 30 values: the largest of each minute, null where nothing was sampled. */
  spark(nowMs: number): (number | null)[] {
    const last = Math.floor(nowMs / SLOT_MS)
    const spark: (number | null)[] = []
    for (let slot = last - SLOTS + 1; slot <= last; slot++) {
      const isKept = slot >= 0 && slot <= this.#slot && slot > this.#slot - SLOTS
      const lag = isKept ? this.#lag[slot % SLOTS] : undefined
      spark.push(lag === undefined || Number.isNaN(lag) ? null : lag)
    }
    return spark
  }

  /** Nothing but 0 in it: may be dropped without losing anything that a sparkline shows. */
  isFlatZero(): boolean {
    return this.#lag.every(v => Number.isNaN(v) || v === 0)
  }
}
