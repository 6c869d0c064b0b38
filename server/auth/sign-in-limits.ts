import { AppError } from '@/lib/errors'
import { RateLimit } from '@/server/http/rate-limit'

const MINUTE = 60_000

/**
 * Failed sign-ins: by name and address together (so that nobody locks a colleague out from elsewhere), by name over all addresses,
 * and over all. A success clears the pair. Checks cost 32 MiB and a core each, so few run at a time.
 */
export class SignInLimits {
  readonly #byPair = new RateLimit({ most: 5, windowMs: MINUTE })
  readonly #byName = new RateLimit({ most: 50, windowMs: 15 * MINUTE })
  readonly #byAll = new RateLimit({ most: 300, windowMs: MINUTE })
  #checking = 0

  /** May this attempt be checked at all? */
  allows(username: string, address: string, nowMs: number): boolean {
    return (
      this.#checking < 4 &&
      this.#byPair.allows(pair(username, address), nowMs) &&
      this.#byName.allows(key(username), nowMs) &&
      this.#byAll.allows('', nowMs)
    )
  }

  /**
   * Counts the attempt as failed until `check` says otherwise: attempts that run side by side count too. Throws RATE_LIMITED without
   * checking what `allows` refuses, whichever way it came here.
   */
  async attempt(
    username: string,
    address: string,
    nowMs: number,
    check: () => Promise<boolean>,
  ): Promise<boolean> {
    if (!this.allows(username, address, nowMs)) throw new AppError('RATE_LIMITED')
    this.#checking++
    this.#byPair.count(pair(username, address), nowMs)
    this.#byName.count(key(username), nowMs)
    this.#byAll.count('', nowMs)
    try {
      const right = await check()
      if (right) {
        this.#byPair.clear(pair(username, address))
        this.#byName.clear(key(username))
      }
      return right
    } finally {
      this.#checking--
    }
  }
}

const key = (username: string) => username.slice(0, 100)
const pair = (username: string, address: string) => `${address}\n${key(username)}`
