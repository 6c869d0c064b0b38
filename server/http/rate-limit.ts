/** Counts events by key over a sliding window, in bounded memory: the longest untouched key is forgotten first. */
export class RateLimit {
  readonly #most: number
  readonly #windowMs: number
  readonly #mostKeys: number
  readonly #times = new Map<string, number[]>()

  constructor(options: { most: number; windowMs: number; mostKeys?: number }) {
    this.#most = options.most
    this.#windowMs = options.windowMs
    this.#mostKeys = options.mostKeys ?? 10_000
  }

  /** Is there room for one more? Does not count. */
  allows(key: string, nowMs: number): boolean {
    return this.#recent(key, nowMs).length < this.#most
  }

  /** Counts one, and says whether it was still within the limit. */
  count(key: string, nowMs: number): boolean {
    const recent = this.#recent(key, nowMs)
    if (recent.length >= this.#most) return false
    this.#times.delete(key)
    this.#times.set(key, [...recent, nowMs])
    if (this.#times.size > this.#mostKeys) {
      const [oldest] = this.#times.keys()
      if (oldest !== undefined) this.#times.delete(oldest)
    }
    return true
  }

  clear(key: string): void {
    this.#times.delete(key)
  }

  #recent(key: string, nowMs: number): number[] {
    return (this.#times.get(key) ?? []).filter(time => time > nowMs - this.#windowMs)
  }
}
