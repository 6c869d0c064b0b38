import { AppError } from '@/lib/errors'

/**
 * A plan holds up to 200,000 letters and takes seconds of the thread that answers everybody: twenty at once kept
 * a server from answering for half a minute, and none of them came to an end.
 */
const AT_ONCE = 3
const OF_ONE = 2
/** How many of one person may wait for a place, and how long. */
const IN_LINE = 10
const WAIT_MS = 15_000

type Waiting = { actor: string; grant: () => void }

/** Places for plans of this process, some of them for each person; who finds none waits a while. */
export class PlanPlaces {
  readonly #running: string[] = []
  readonly #line: Waiting[] = []
  readonly #waitMs: number

  constructor(waitMs: number = WAIT_MS) {
    this.#waitMs = waitMs
  }

  /**
   * Runs `plan` once there is a place. Throws RATE_LIMITED where the person's line is full or no place came in
   * time, CANCELLED when the signal ends the waiting.
   */
  async run<T>(actor: string, signal: AbortSignal, plan: () => Promise<T>): Promise<T> {
    await this.#enter(actor, signal)
    try {
      return await plan()
    } finally {
      this.#running.splice(this.#running.indexOf(actor), 1)
      this.#admit()
    }
  }

  async #enter(actor: string, signal: AbortSignal): Promise<void> {
    if (this.#fits(actor)) {
      this.#running.push(actor)
      return
    }
    if (this.#line.filter(one => one.actor === actor).length >= IN_LINE) throw tooMany()
    const { promise, resolve: grant, reject } = Promise.withResolvers<void>()
    const waiting = { actor, grant }
    const giveUp = (error: AppError) => {
      const at = this.#line.indexOf(waiting)
      if (at < 0) return
      this.#line.splice(at, 1)
      reject(error)
    }
    const onAbort = () => giveUp(new AppError('CANCELLED'))
    this.#line.push(waiting)
    const timer = setTimeout(() => giveUp(tooMany()), this.#waitMs)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    try {
      await promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** In turn, but who waits for a place of his own keeps nobody else waiting. */
  #admit(): void {
    const next = this.#line.findIndex(one => this.#fits(one.actor))
    const [waiting] = next < 0 ? [] : this.#line.splice(next, 1)
    if (!waiting) return
    this.#running.push(waiting.actor)
    waiting.grant()
  }

  #fits(actor: string): boolean {
    return this.#running.length < AT_ONCE && this.#running.filter(one => one === actor).length < OF_ONE
  }
}

const tooMany = () => new AppError('RATE_LIMITED', { detail: 'Too many plans are being made.' })
