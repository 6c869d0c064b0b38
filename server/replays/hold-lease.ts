import type { Clock } from '@/server/context'
import { type Lease, releaseLease, renewLease, takeLease } from '@/server/store/lease'
import type { Store } from '@/server/store/types'

export type HeldLease = {
  /** As it is now: its `untilMs` moves on. */
  readonly lease: Lease
  /** Aborts when it is lost: stop at once, somebody else may be at work. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

export type LeaseOptions = { store: Store; clock: Clock; owner: string; ttlMs: number }

/**
 * Takes a lease if it is free now, and renews it at a third of its time; null: somebody else has it. Throws
 * STORE_*.
 */
export async function holdLease(name: string, options: LeaseOptions): Promise<HeldLease | null> {
  const { store, clock, owner, ttlMs } = options
  const held = await takeLease(store, name, owner, ttlMs, clock.now())
  if (!held) return null
  const controller = new AbortController()
  let lease = held
  const lose = () => {
    controller.abort()
    clearInterval(timer)
    clearTimeout(over)
  }
  // A store that hangs answers nothing at all, not even an error: its time is over all the same.
  const watch = () => {
    clearTimeout(over)
    over = setTimeout(() => (clock.now() >= lease.untilMs ? lose() : watch()), untilMs())
    over.unref()
  }
  const untilMs = () => Math.max(10, lease.untilMs - clock.now())
  let over: NodeJS.Timeout | undefined
  let isAsking = false
  const renew = async () => {
    // One question at a time: behind a store that hangs they would pile up.
    if (isAsking) return
    isAsking = true
    try {
      const renewed = await renewLease(store, lease, ttlMs, clock.now())
      if (!renewed) lose()
      else if (!controller.signal.aborted) {
        lease = renewed
        watch()
      }
    } catch {
      // A store that does not answer: ours until its time is over.
      if (clock.now() >= lease.untilMs) lose()
    } finally {
      isAsking = false
    }
  }
  const timer = setInterval(renew, ttlMs / 3)
  timer.unref()
  watch()
  return {
    get lease() {
      return lease
    },
    lost: controller.signal,
    async release() {
      clearInterval(timer)
      clearTimeout(over)
      if (controller.signal.aborted) return
      await releaseLease(store, lease, clock.now()).catch(() => undefined) // it expires by itself
    },
  }
}
