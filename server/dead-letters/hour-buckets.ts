const HOUR_MS = 3_600_000
const HOURS = 24

/** Counts of the last 24 clock hours; older ones fall out by themselves. 96 bytes. */
export class HourBuckets {
  readonly #counts = new Uint32Array(HOURS)
  #newest = 0

  /** A time in the future counts as now. */
  add(atMs: number, nowMs: number): void {
    this.#advance(nowMs)
    const hour = Math.floor(Math.min(atMs, nowMs) / HOUR_MS)
    if (hour > this.#newest - HOURS) this.#bump(hour, 1)
  }

  remove(atMs: number, nowMs: number): void {
    this.#advance(nowMs)
    const hour = Math.floor(Math.min(atMs, nowMs) / HOUR_MS)
    if (hour > this.#newest - HOURS && (this.#counts[hour % HOURS] ?? 0) > 0) this.#bump(hour, -1)
  }

  /** Oldest first; the last is the running hour. */
  list(nowMs: number): number[] {
    this.#advance(nowMs)
    return Array.from({ length: HOURS }, (_, i) => this.#counts[(this.#newest - HOURS + 1 + i) % HOURS] ?? 0)
  }

  #bump(hour: number, by: number): void {
    if (hour < 0) return
    this.#counts[hour % HOURS] = (this.#counts[hour % HOURS] ?? 0) + by
  }

  #advance(nowMs: number): void {
    const hour = Math.floor(nowMs / HOUR_MS)
    if (hour <= this.#newest) return
    if (hour - this.#newest >= HOURS) this.#counts.fill(0)
    else for (let h = this.#newest + 1; h <= hour; h++) this.#counts[h % HOURS] = 0
    this.#newest = hour
  }
}
