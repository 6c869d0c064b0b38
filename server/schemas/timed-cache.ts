/** A cycle of imports otherwise: the context knows the registries. */
type Clock = { now(): number }

type Entry<T> = { value: Promise<T>; untilMs: number }

/**
 * Answers by key, bounded in number; the least recently used leave first. Many who ask for the same at once
 * wait for one request. How long an answer or a failure holds is decided when it comes.
 */
export class TimedCache<T> {
  readonly #entries = new Map<string, Entry<T>>()
  readonly #max: number
  readonly #clock: Clock

  constructor(max: number, clock: Clock) {
    this.#max = max
    this.#clock = clock
  }

  get(
    key: string,
    load: () => Promise<T>,
    keepMs: { ok: number; failed: (error: unknown) => number },
  ): Promise<T> {
    const found = this.#entries.get(key)
    if (found && found.untilMs > this.#clock.now()) {
      this.#entries.delete(key)
      this.#entries.set(key, found)
      return found.value
    }
    const entry: Entry<T> = { value: load(), untilMs: Number.POSITIVE_INFINITY }
    this.#entries.set(key, entry)
    if (this.#entries.size > this.#max) {
      const oldest = this.#entries.keys().next().value
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
    entry.value.then(
      () => {
        entry.untilMs = this.#clock.now() + keepMs.ok
      },
      error => {
        entry.untilMs = this.#clock.now() + keepMs.failed(error)
      },
    )
    return entry.value
  }

  /** Forgets what begins so; everything without an argument. */
  forget(prefix = ''): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key)
  }
}
