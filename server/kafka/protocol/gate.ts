import { type Scope, untilEnd } from './deadline'

/** Lets a bounded number in; the others wait in order, each within its own time. */
export class Gate {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(places: number) {
    this.#free = places
  }

  /** Resolves with the way out, which may be called more than once. Rejects with the scope's end. */
  async enter(scope: Scope): Promise<() => void> {
    if (this.#free > 0) this.#free--
    else await this.#queue(scope)
    let inside = true
    return () => {
      if (!inside) return
      inside = false
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }

  async #queue(scope: Scope): Promise<void> {
    let admit = () => {}
    const turn = new Promise<void>(resolve => {
      admit = resolve
    })
    this.#waiting.push(admit)
    try {
      await untilEnd(scope, turn)
    } catch (error) {
      const place = this.#waiting.indexOf(admit)
      if (place >= 0) this.#waiting.splice(place, 1)
      else this.#release()
      throw error
    }
  }

  /** Admitted in the same moment as its time ended: the place goes on. */
  #release(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free++
  }
}
