import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { hookSeen } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'

/** Takes a callback once: false when one with this key was taken before, on whatever replica. */
export async function takeOnce(store: Store, key: string, nowMs: number): Promise<boolean> {
  const digest = createHash('sha256').update(key).digest('hex')
  const taken = await store.db
    .insert(hookSeen)
    .values({ key: digest, atMs: nowMs })
    .onConflictDoNothing()
    .returning({ key: hookSeen.key })
  return taken.length > 0
}

/** Is `given` the hex HMAC-SHA256 of these bytes? In constant time; false for what is no such digest. */
export function isSigned(secret: string, signed: Uint8Array, given: string): boolean {
  const expected = createHmac('sha256', secret).update(signed).digest()
  if (!/^[0-9a-f]{64}$/i.test(given)) return false
  return timingSafeEqual(expected, Buffer.from(given, 'hex'))
}
