/** Who wants to search where. */
export type Claim = { actor: string; cluster: string; isTail: boolean }

export type PlaceLimits = {
  searches: number
  tails: number
  perUser: number
  perCluster: number
  queue: number
}

type Waiting = { claim: Claim; granted: () => void; moved: (place: number, running: number) => void }

/**
 * Places for searches: so many at once, of one person, on one cluster. Whoever finds none waits in line and
 * is told how far.
 */
export class Places {
  readonly #limits: PlaceLimits
  readonly #running = new Set<Claim>()
  readonly #waiting: Waiting[] = []

  constructor(limits: PlaceLimits) {
    this.#limits = limits
  }

  get running(): number {
    return this.#running.size
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /**
   * A place, now or when `granted` is called; `moved` tells the place in line whenever it changes. null: the
   * line is full. `leave` gives the place (or the place in line) back; twice is once.
   */
  enter(claim: Claim, on: Pick<Waiting, 'granted' | 'moved'>): { leave: () => void } | null {
    const waiting = { claim, ...on }
    if (this.#fits(claim)) {
      this.#running.add(claim)
      on.granted()
    } else {
      if (this.#waiting.length >= this.#limits.queue) return null
      this.#waiting.push(waiting)
      on.moved(this.#waiting.length, this.#running.size)
    }
    return { leave: () => this.#leave(waiting) }
  }

  #leave(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting)
    if (at >= 0) this.#waiting.splice(at, 1)
    else if (!this.#running.delete(waiting.claim)) return
    this.#admit()
    for (const [i, one] of this.#waiting.entries()) one.moved(i + 1, this.#running.size)
  }

  /** In turn, but who waits for a place of his own keeps nobody else waiting. */
  #admit(): void {
    for (let i = 0; i < this.#waiting.length; ) {
      const one = this.#waiting[i]
      if (one === undefined || !this.#fits(one.claim)) {
        i++
        continue
      }
      this.#waiting.splice(i, 1)
      this.#running.add(one.claim)
      one.granted()
    }
  }

  #fits(claim: Claim): boolean {
    const { searches, tails, perUser, perCluster } = this.#limits
    const count = (same: (other: Claim) => boolean) => [...this.#running].filter(same).length
    return (
      count(other => other.isTail === claim.isTail) < (claim.isTail ? tails : searches) &&
      count(other => other.actor === claim.actor) < perUser &&
      count(other => other.cluster === claim.cluster) < perCluster
    )
  }
}
