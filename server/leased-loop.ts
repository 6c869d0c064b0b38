import { type Loop, startLoop } from './loop'
import { withLease } from './store/lease'
import type { Store } from './store/types'

/**
 * A loop that only one replica runs at a time: `round` is called like `startLoop` does, and does its work
 * only while this `owner` holds the lease `name`. `onTake` is called whenever the lease was taken: another
 * replica may have done more meanwhile.
 */
export function startLeasedLoop(
  store: Store,
  name: string,
  owner: string,
  options: {
    ttlMs: number
    intervalMs: number
    now: () => number
    onTake: () => void
    round: () => Promise<void>
    onError: (error: unknown) => void
  },
): Loop {
  const { ttlMs, intervalMs, now, onTake, round, onError } = options
  const lease = withLease(store, name, owner, { ttlMs, now, onTake })
  const loop = startLoop(
    async () => {
      if (lease.current() !== null) await round()
    },
    { intervalMs, onError },
  )
  return {
    async stop() {
      await loop.stop()
      await lease.stop()
    },
  }
}
