/** Tells whoever listens that something changed, at the end of what changed it. */
export class ChangeSignal {
  readonly #onTouch: () => void
  readonly #listeners = new Set<() => void>()
  #isTouched = false
  #count = 0

  constructor(onTouch: () => void) {
    this.#onTouch = onTouch
  }

  /** How often something changed. */
  get count(): number {
    return this.#count
  }

  readonly touch = (): void => {
    this.#isTouched = true
    this.#count++
    this.#onTouch()
  }

  tell(): void {
    if (!this.#isTouched) return
    this.#isTouched = false
    for (const listener of this.#listeners) listener()
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#listeners.clear()
  }
}
