const WINDOW_MS = 10_000
const POINTS_MAX = 200

/** How fast a count grows: over the last ten seconds. */
export class Pace {
  readonly #nowMs: () => number
  readonly #points: { atMs: number; count: number }[] = []

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  note(count: number): void {
    this.#points.push({ atMs: this.#nowMs(), count })
    this.#forget()
    if (this.#points.length > POINTS_MAX) this.#points.splice(1, 1)
  }

  /** A second; null before there are two looks. */
  perSecond(): number | null {
    this.#forget()
    const [first] = this.#points
    const last = this.#points.at(-1)
    if (!first || !last || last === first) return null
    return ((last.count - first.count) / Math.max(1, this.#nowMs() - first.atMs)) * 1000
  }

  /** One point before the window stays, so that there is something to count from. */
  #forget(): void {
    const sinceMs = this.#nowMs() - WINDOW_MS
    while ((this.#points[1]?.atMs ?? Number.POSITIVE_INFINITY) < sinceMs) this.#points.shift()
  }
}
