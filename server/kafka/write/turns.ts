import type { CallOptions } from '../port'
import { untilEnd, within } from '../protocol/deadline'

/** One after another, by key; in the order in which they came. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  /** Answers what ends the turn, once it has come. Throws TIMED_OUT or CANCELLED when it did not come in time. */
  async take(key: string, options: CallOptions): Promise<() => void> {
    const before = this.#last.get(key)
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    // Who gives up waiting lets nobody past who still has the turn.
    const mine = before ? before.then(() => ended) : ended
    this.#last.set(key, mine)
    void mine.then(() => {
      if (this.#last.get(key) === mine) this.#last.delete(key)
    })
    if (before === undefined) return end
    try {
      await within(options, scope => untilEnd(scope, before))
    } catch (error) {
      end()
      throw error
    }
    return end
  }
}
