/** One value that is dear to read: shared while it is being read, kept for a while, never kept as a failure. */
export class Memo<T> {
  readonly #maxAgeMs: number
  #known: { value: T; atMs: number } | null = null
  #reading: Promise<T> | null = null

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs
  }

  get(read: () => Promise<T>): Promise<T> {
    if (this.#known && performance.now() - this.#known.atMs <= this.#maxAgeMs)
      return Promise.resolve(this.#known.value)
    this.#reading ??= read()
      .then(value => {
        this.#known = { value, atMs: performance.now() }
        return value
      })
      .finally(() => {
        this.#reading = null
      })
    return this.#reading
  }
}
