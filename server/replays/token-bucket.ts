import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@/lib/errors'

export interface TokenBucket {
  /**
   * Up to `wanted` tokens. Where there are fewer it waits up to a second to gather more, so that a throttled
   * transaction comes about once a second; 0 when the rate is so low that none came by then: ask again.
   * Throws CANCELLED.
   */
  take(wanted: number, signal: AbortSignal): Promise<number>
  /** Gives back what was not used; less than nothing where more was used than was given: that is waited for later. */
  giveBack(count: number): void
}

const GATHER_MS = 1_000

export const unlimited: TokenBucket = {
  take: async wanted => wanted,
  giveBack: () => undefined,
}

/** `ratePerSecond` tokens a second; holds at most a second's worth, and one at least. */
export function createTokenBucket(ratePerSecond: number, nowMs: () => number): TokenBucket {
  const capacity = Math.max(1, ratePerSecond)
  let tokens = capacity
  let filledAtMs = nowMs()
  const fill = () => {
    const at = nowMs()
    tokens = Math.min(capacity, tokens + (Math.max(0, at - filledAtMs) * ratePerSecond) / 1000)
    filledAtMs = at
  }
  return {
    async take(wanted, signal) {
      fill()
      const enough = Math.min(wanted, Math.floor(capacity))
      if (tokens < enough) {
        const forAllMs = ((enough - tokens) / ratePerSecond) * 1000
        try {
          await sleep(Math.min(GATHER_MS, Math.ceil(forAllMs)), undefined, { signal })
        } catch (cause) {
          throw new AppError('CANCELLED', { cause })
        }
        fill()
      }
      const given = Math.max(0, Math.min(wanted, Math.floor(tokens)))
      tokens -= given
      return given
    },
    giveBack(count) {
      tokens = Math.min(capacity, tokens + count)
    },
  }
}
