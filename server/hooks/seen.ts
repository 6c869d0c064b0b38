import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { hookSeen } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'

const digestOf = (key: string) => createHash('sha256').update(key).digest('hex')

/** Takes a callback once: false when one with this key was taken before, on whatever replica. */
export async function takeOnce(store: Store, key: string, nowMs: number): Promise<boolean> {
  const taken = await store.db
    .insert(hookSeen)
    .values({ key: digestOf(key), atMs: nowMs })
    .onConflictDoNothing()
    .returning({ key: hookSeen.key })
  return taken.length > 0
}

/** One that came to nothing may come again. */
export async function giveBack(store: Store, key: string): Promise<void> {
  await store.db.delete(hookSeen).where(eq(hookSeen.key, digestOf(key)))
}

/** Is `given` the hex HMAC-SHA256 of these bytes? In constant time; false for what is no such digest. */
export function isSigned(secret: string, signed: Uint8Array, given: string): boolean {
  const expected = createHmac('sha256', secret).update(signed).digest()
  if (!/^[0-9a-f]{64}$/i.test(given)) return false
  return timingSafeEqual(expected, Buffer.from(given, 'hex'))
}
