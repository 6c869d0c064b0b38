/** Messages from one side that the other takes at its own pace; ends with `close` or `fail`. */
export class Mailbox<T> {
  #items: T[] = []
  #closed = false
  #error: unknown = null
  #wake: (() => void) | null = null

  put(item: T): void {
    if (this.#closed) return
    this.#items.push(item)
    this.#wake?.()
  }

  /** The newest of its kind only: replaces one that still waits. */
  putLatest(item: T, isSame: (other: T) => boolean): void {
    const at = this.#items.findIndex(isSame)
    if (at >= 0 && !this.#closed) this.#items[at] = item
    else this.put(item)
  }

  close(): void {
    this.#closed = true
    this.#wake?.()
  }

  fail(error: unknown): void {
    this.#error ??= error
    this.close()
  }

  /** The next message; null behind the last. Throws what it failed with, before what still waits. */
  async next(): Promise<T | null> {
    for (;;) {
      if (this.#error !== null) throw this.#error
      const item = this.#items.shift()
      if (item !== undefined) return item
      if (this.#closed) return null
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
      this.#wake = null
    }
  }
}
