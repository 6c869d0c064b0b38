import type { StreamsConfig } from '@/server/config/types'

/** Counts what is being answered, so that a shutdown can wait for it and streams stay bounded. */
export class InFlight {
  readonly #limits: Pick<StreamsConfig, 'perActor' | 'all'>
  #requests = 0
  #streams = 0
  #cutOff = 0
  readonly #streamsByActor = new Map<string, number>()
  #wake: (() => void)[] = []

  constructor(limits: Pick<StreamsConfig, 'perActor' | 'all'>) {
    this.#limits = limits
  }

  get requests(): number {
    return this.#requests
  }

  get streams(): number {
    return this.#streams
  }

  /** Streams so far whose client read nothing for too long. */
  get streamsCutOff(): number {
    return this.#cutOff
  }

  noteCutOff(): void {
    this.#cutOff++
  }

  /** Call what it answers when the request is done; twice is once. */
  beginRequest(): () => void {
    this.#requests++
    return once(() => {
      this.#requests--
      this.#wakeIfIdle()
    })
  }

  /** null: too many streams are open, of this actor or at all. */
  beginStream(actor: string): (() => void) | null {
    const own = this.#streamsByActor.get(actor) ?? 0
    if (own >= this.#limits.perActor || this.#streams >= this.#limits.all) return null
    this.#streams++
    this.#streamsByActor.set(actor, own + 1)
    return once(() => {
      this.#streams--
      const left = (this.#streamsByActor.get(actor) ?? 1) - 1
      if (left > 0) this.#streamsByActor.set(actor, left)
      else this.#streamsByActor.delete(actor)
      this.#wakeIfIdle()
    })
  }

  /** Resolves when nothing is being answered any more, at once if so. */
  async idle(): Promise<void> {
    if (this.#requests + this.#streams === 0) return
    await new Promise<void>(resolve => this.#wake.push(resolve))
  }

  #wakeIfIdle(): void {
    if (this.#requests + this.#streams > 0) return
    for (const wake of this.#wake.splice(0)) wake()
  }
}

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    run()
  }
}
