import { and, eq, lte, or, sql } from 'drizzle-orm'
import { toStoreError } from './errors'
import { lease } from './schema/index'
import type { Store } from './types'

/** What its holder shows to whoever it writes to: a larger `epoch` is a later owner. */
export type Lease = { name: string; owner: string; epoch: number; untilMs: number }

/**
 * Takes a lease that is free, expired, or this owner's already (then it is renewed). null: somebody else holds it.
 * Times are the caller's clock; replicas are expected to agree within a second, and a ttl is many times that.
 */
export async function takeLease(
  store: Store,
  name: string,
  owner: string,
  ttlMs: number,
  nowMs: number,
): Promise<Lease | null> {
  const untilMs = nowMs + ttlMs
  try {
    const [row] = await store.db
      .insert(lease)
      .values({ name, owner, epoch: 1, untilMs })
      .onConflictDoUpdate({
        target: lease.name,
        set: {
          owner,
          untilMs,
          epoch: sql`case when ${lease.owner} = ${owner} and ${lease.untilMs} > ${nowMs} then ${lease.epoch} else ${lease.epoch} + 1 end`,
        },
        setWhere: or(eq(lease.owner, owner), lte(lease.untilMs, nowMs)),
      })
      .returning()
    return row ?? null
  } catch (error) {
    throw toStoreError(error)
  }
}

/** Holds it for another `ttlMs`; null when it was lost meanwhile: stop at once, another owner may be at work. */
export async function renewLease(
  store: Store,
  held: Lease,
  ttlMs: number,
  nowMs: number,
): Promise<Lease | null> {
  try {
    const [row] = await store.db
      .update(lease)
      .set({ untilMs: nowMs + ttlMs })
      .where(and(eq(lease.name, held.name), eq(lease.owner, held.owner), eq(lease.epoch, held.epoch)))
      .returning()
    return row ?? null
  } catch (error) {
    throw toStoreError(error)
  }
}

/** Gives it back early. What was lost already stays with its new owner. */
export async function releaseLease(store: Store, held: Lease, nowMs: number): Promise<void> {
  try {
    await store.db
      .update(lease)
      .set({ untilMs: nowMs })
      .where(and(eq(lease.name, held.name), eq(lease.owner, held.owner), eq(lease.epoch, held.epoch)))
  } catch (error) {
    throw toStoreError(error)
  }
}

export type LeaseHolder = {
  /** The lease while it is held, else null. */
  current(): Lease | null
  /** Aborts when the lease is lost; a new signal comes with a new lease. */
  stop(): Promise<void>
}

/**
 * Keeps trying to hold a lease: `onTake` when it is taken (the signal aborts when it is lost), renewed at a
 * third of its time. A store that does not answer counts as lost once the time is up.
 */
export function withLease(
  store: Store,
  name: string,
  owner: string,
  options: { ttlMs: number; now: () => number; onTake: (held: Lease, signal: AbortSignal) => void },
): LeaseHolder {
  const { ttlMs, now, onTake } = options
  let held: Lease | null = null
  let lost = new AbortController()
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()

  const lose = () => {
    held = null
    lost.abort()
  }
  const turn = async () => {
    try {
      if (held) {
        const renewed = await renewLease(store, held, ttlMs, now())
        if (renewed) held = renewed
        else lose()
      }
      if (!held && !stopped) {
        held = await takeLease(store, name, owner, ttlMs, now())
        if (held) {
          lost = new AbortController()
          onTake(held, lost.signal)
        }
      }
    } catch {
      if (held && now() >= held.untilMs) lose()
    }
    if (!stopped) schedule(ttlMs / 3)
  }
  const schedule = (delayMs: number) => {
    timer = setTimeout(() => {
      running = turn()
    }, delayMs)
    timer.unref()
  }
  running = turn()
  return {
    current: () => held,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
      clearTimeout(timer)
      if (held) {
        const last = held
        lose()
        await releaseLease(store, last, now()).catch(() => undefined) // it expires by itself
      }
    },
  }
}
