import { and, eq } from 'drizzle-orm'
import { deadLetterOrigin } from '@/server/store/schema'
import type { Store } from '@/server/store/types'

/** What people said: the origin of each topic whose letters don't tell it. Throws what the store throws. */
export async function readOrigins(store: Store, cluster: string): Promise<Map<string, string>> {
  const rows = await store.db.select().from(deadLetterOrigin).where(eq(deadLetterOrigin.cluster, cluster))
  return new Map(rows.map(({ topic, origin }) => [topic, origin]))
}

export async function writeOrigin(
  store: Store,
  row: { cluster: string; topic: string; origin: string | null; by: string; atMs: number },
): Promise<void> {
  const { cluster, topic, origin, by, atMs } = row
  if (origin === null) {
    await store.db
      .delete(deadLetterOrigin)
      .where(and(eq(deadLetterOrigin.cluster, cluster), eq(deadLetterOrigin.topic, topic)))
    return
  }
  await store.db
    .insert(deadLetterOrigin)
    .values({ cluster, topic, origin, by, atMs })
    .onConflictDoUpdate({
      target: [deadLetterOrigin.cluster, deadLetterOrigin.topic],
      set: { origin, by, atMs },
    })
}
