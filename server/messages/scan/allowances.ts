/** Bytes that searches may read in an hour: of one person, on one cluster. */
export type AllowanceLimits = { userBytesPerHour: number; clusterBytesPerHour: number }

/** What is left, and whose it is: the smaller of the two. */
export type Allowance = { of: 'user' | 'cluster'; bytes: number }

type Reader = { actor: string; cluster: string }
/** `spent`: it was read to its end, and nothing is given before going on is worth it. */
type Purse = { limit: number; bytes: number; spent: boolean; atMs: number }

const HOUR_MS = 3_600_000
/** Going on is worth it when this share of the hour is there again: otherwise everybody would go on by single bytes. */
const WORTH_IT = 0.1

const given = ({ spent, bytes }: Purse) => (spent ? 0 : bytes)

/**
 * What searches may still read, by person and by cluster. It fills up again as time passes, a whole hour's
 * bytes in an hour, so that nobody waits for a clock to strike. Whoever has read nothing for an hour takes no
 * memory.
 */
export class Allowances {
  readonly #limits: AllowanceLimits
  readonly #nowMs: () => number
  readonly #purses = new Map<string, Purse>()

  constructor(limits: AllowanceLimits, nowMs: () => number = () => performance.now()) {
    this.#limits = limits
    this.#nowMs = nowMs
  }

  left(reader: Reader): Allowance {
    const { user, cluster } = this.#of(reader)
    const [ofUser, ofCluster] = [given(user), given(cluster)]
    return ofUser <= ofCluster ? { of: 'user', bytes: ofUser } : { of: 'cluster', bytes: ofCluster }
  }

  /** Takes what was read; nobody gets into debt. */
  spend(reader: Reader, bytes: number): void {
    const { user, cluster } = this.#of(reader)
    for (const purse of [user, cluster]) {
      purse.bytes = Math.max(0, purse.bytes - bytes)
      if (purse.bytes < 1) purse.spent = true
    }
  }

  /**
   * A search that began with what was left has read that to its end: what came back meanwhile is no reason to
   * go on by crumbs.
   */
  exhaust(reader: Reader, of: Allowance['of']): void {
    const purse = this.#of(reader)[of]
    if (given(purse) < purse.limit * WORTH_IT) purse.spent = true
  }

  /** Until something is given again; 0 when it is. */
  worthItInMs(reader: Reader): number {
    const { user, cluster } = this.#of(reader)
    const waits = [user, cluster].map(one => (one.spent ? (WORTH_IT - one.bytes / one.limit) * HOUR_MS : 0))
    return Math.ceil(Math.max(0, ...waits))
  }

  /** People and clusters that have not all of their hour. */
  get size(): number {
    this.#forgetFull()
    return this.#purses.size
  }

  #of({ actor, cluster }: Reader): { user: Purse; cluster: Purse } {
    if (this.#purses.size > 1000) this.#forgetFull()
    return {
      user: this.#purse(`user ${actor}`, this.#limits.userBytesPerHour),
      cluster: this.#purse(`cluster ${cluster}`, this.#limits.clusterBytesPerHour),
    }
  }

  #purse(name: string, limit: number): Purse {
    const known = this.#purses.get(name)
    if (known) return this.#fill(known)
    const made = { limit, bytes: limit, spent: false, atMs: this.#nowMs() }
    this.#purses.set(name, made)
    return made
  }

  #fill(purse: Purse): Purse {
    const nowMs = this.#nowMs()
    purse.bytes = Math.min(purse.limit, purse.bytes + (purse.limit * (nowMs - purse.atMs)) / HOUR_MS)
    purse.atMs = nowMs
    if (purse.bytes >= purse.limit * WORTH_IT) purse.spent = false
    return purse
  }

  #forgetFull(): void {
    for (const [name, purse] of this.#purses)
      if (this.#fill(purse).bytes >= purse.limit) this.#purses.delete(name)
  }
}
