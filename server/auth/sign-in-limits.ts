import { AppError } from '@/lib/errors'
import { RateLimit } from '@/server/http/rate-limit'

const MINUTE = 60_000

/** Addresses behind which many people may sit: a proxy that the configuration does not trust, or none that is known. */
const SHARED: ReadonlySet<string> = new Set(['forwarded', 'unknown'])

/** Pairs of name and address that signed in: the longest unused is forgotten first, and all with the process. */
const MOST_KNOWN = 10_000

/**
 * Failed sign-ins: by name and address together (so that nobody locks a colleague out from elsewhere), by
 * name over all addresses, and by address (so that one stranger stops nobody else). The limit of a name is
 * out of reach for one address alone, and does not count where the name has signed in from before. A browser
 * that the name signed in with before (`deviceOf`) stands in the place of its address, and is counted with
 * nobody else: who guesses behind the same address keeps only strange browsers out. A success clears the
 * pair. Checks cost 32 MiB and a core each, so few run at a time, and of one address no more than half of
 * them.
 */
export class SignInLimits {
  readonly #byPair = new RateLimit({ most: 5, windowMs: MINUTE })
  readonly #byPairLong = new RateLimit({ most: 20, windowMs: 15 * MINUTE })
  readonly #byName = new RateLimit({ most: 50, windowMs: 15 * MINUTE })
  readonly #byAddress = new RateLimit({ most: 60, windowMs: MINUTE })
  readonly #byShared = new RateLimit({ most: 300, windowMs: MINUTE })
  readonly #known = new Set<string>()
  /** Addresses of the checks under way. */
  readonly #checking: string[] = []

  #pairAllows(username: string, from: string, nowMs: number): boolean {
    const key = pair(username, from)
    return this.#byPair.allows(key, nowMs) && this.#byPairLong.allows(key, nowMs)
  }

  #overAll(address: string): RateLimit {
    return SHARED.has(address) ? this.#byShared : this.#byAddress
  }

  /** May this attempt be checked at all? `device`: the browser by which the name signed in before, if it is one. */
  allows(username: string, address: string, nowMs: number, device: string | null = null): boolean {
    if (device !== null)
      return this.#checking.length < MOST_CHECKS && this.#pairAllows(username, device, nowMs)
    const isShared = SHARED.has(address)
    const mine = isShared ? 0 : this.#checking.filter(one => one === address).length
    return (
      this.#checking.length < MOST_CHECKS &&
      mine < MOST_CHECKS / 2 &&
      this.#pairAllows(username, address, nowMs) &&
      (this.#known.has(pair(username, address)) || this.#byName.allows(key(username), nowMs)) &&
      this.#overAll(address).allows(address, nowMs)
    )
  }

  /**
   * Counts the attempt as failed until `check` says otherwise: attempts that run side by side count too.
   * Throws RATE_LIMITED without checking what `allows` refuses, whichever way it came here.
   */
  async attempt(
    username: string,
    address: string,
    nowMs: number,
    check: () => Promise<boolean>,
    device: string | null = null,
  ): Promise<boolean> {
    if (!this.allows(username, address, nowMs, device)) throw new AppError('RATE_LIMITED')
    const from = pair(username, device ?? address)
    this.#checking.push(device ?? address)
    this.#byPair.count(from, nowMs)
    this.#byPairLong.count(from, nowMs)
    if (device === null) {
      this.#byName.count(key(username), nowMs)
      this.#overAll(address).count(address, nowMs)
    }
    try {
      const right = await check()
      if (right) {
        this.#byPair.clear(from)
        this.#byPairLong.clear(from)
        this.#byName.clear(key(username))
        if (!SHARED.has(address)) this.#know(pair(username, address))
      }
      return right
    } finally {
      this.#checking.splice(this.#checking.indexOf(device ?? address), 1)
    }
  }

  #know(known: string): void {
    this.#known.delete(known)
    this.#known.add(known)
    for (const oldest of this.#known) {
      if (this.#known.size <= MOST_KNOWN) break
      this.#known.delete(oldest)
    }
  }
}

const MOST_CHECKS = 4

const key = (username: string) => username.slice(0, 100)
const pair = (username: string, from: string) => `${from}\n${key(username)}`
