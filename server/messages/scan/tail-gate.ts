/**
 * Lets through what a reader can look at: at most `rate` a second, nothing while chunks pile up. Everything
 * else is counted, not kept.
 */
export class TailGate {
  readonly #rate: number
  #tokens: number
  #lastMs: number | null = null
  #left = 0

  constructor(rate: number) {
    this.#rate = rate
    this.#tokens = rate
  }

  /** The newest of these that may go on. */
  pass<T>(hits: readonly T[], welcome: boolean, nowMs: number): T[] {
    const sinceMs = this.#lastMs === null ? 0 : nowMs - this.#lastMs
    this.#lastMs = nowMs
    this.#tokens = Math.min(this.#rate, this.#tokens + (this.#rate * sinceMs) / 1000)
    const many = welcome ? Math.min(hits.length, Math.floor(this.#tokens)) : 0
    this.#tokens -= many
    this.#left += hits.length - many
    return many === 0 ? [] : hits.slice(-many)
  }

  /** How many were left out since the last time it was asked. */
  leftOut(): number {
    const left = this.#left
    this.#left = 0
    return left
  }
}
