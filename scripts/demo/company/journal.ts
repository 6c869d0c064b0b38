export type Step = 'created' | 'reserved' | 'paid' | 'notified' | 'failed'

export interface StepTaken {
  step: Step
  at: string
  topic: string
  partition: number
  offset: string
  /** Why it failed, in one line. */
  error?: string
}

/** What became of each order, for those who ask (tests and the curious). The last twenty thousand are remembered. */
export class Journal {
  readonly #orders = new Map<string, StepTaken[]>()
  readonly #counts: Record<Step, number> = { created: 0, reserved: 0, paid: 0, notified: 0, failed: 0 }
  readonly #limit: number

  constructor(limit = 20_000) {
    this.#limit = limit
  }

  note(orderId: string, step: Omit<StepTaken, 'at'>): void {
    const steps = this.#orders.get(orderId) ?? []
    steps.push({ ...step, at: new Date().toISOString() })
    this.#orders.set(orderId, steps)
    this.#counts[step.step] += 1
    if (this.#orders.size <= this.#limit) return
    const [oldest] = this.#orders.keys()
    if (oldest !== undefined) this.#orders.delete(oldest)
  }

  stepsOf(orderId: string): readonly StepTaken[] {
    return this.#orders.get(orderId) ?? []
  }

  /** Was this order's step done before? Payment is not taken twice when a letter comes back. */
  has(orderId: string, step: Step): boolean {
    return this.stepsOf(orderId).some(one => one.step === step)
  }

  counts(): Readonly<Record<Step, number>> {
    return this.#counts
  }
}
