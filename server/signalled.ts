/**
 * Something that happens while nobody looks, told to one who waits: however often it happened meanwhile, it
 * is told once. For streams that read the newest state instead of queueing every change.
 */
export class Signalled {
  readonly #signal: AbortSignal
  readonly #onAbort = () => this.#wake()
  #happened = false
  #wake: () => void = () => {}

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  tell(): void {
    this.#happened = true
    this.#wake()
  }

  /** Waits until it happens (or did since the last time); false: the signal ended the wait. */
  async next(): Promise<boolean> {
    if (!this.#happened && !this.#signal.aborted) {
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
    this.#happened = false
    return !this.#signal.aborted
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#wake()
  }
}
