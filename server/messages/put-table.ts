import { and, desc, eq, lte, ne } from 'drizzle-orm'
import { messages } from '@/lib/contracts/messages'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { messageTable } from '@/server/store/schema'
import { EVERYWHERE, tableOf } from './get-table'

/** Topics of which one person's columns are kept: those changed last. */
export const TABLES_OF_ONE = 500

type Place = { cluster: string; topic: string }
type Change = Partial<Pick<typeof messageTable.$inferInsert, 'columns' | 'density' | 'time'>>

/**
 * Keeps how the caller sees tables of messages. It changes nothing for anybody else, so the audit log does
 * not have it and a read-only cluster takes it. Throws CLUSTER_UNKNOWN, STORE_*.
 */
export const putTable = verb(messages.putTable, async (ctx, input) => {
  const { cluster, topic, columns, density, time } = input
  authorise(ctx, 'record.read', { cluster, topic })
  ctx.clusters.get(cluster)
  try {
    if (columns !== undefined) {
      await keep(ctx, { cluster, topic }, { columns: JSON.stringify(columns) })
      await forgetOldest(ctx)
    }
    if (density !== undefined || time !== undefined)
      await keep(
        ctx,
        { cluster: EVERYWHERE, topic: EVERYWHERE },
        { ...(density === undefined ? {} : { density }), ...(time === undefined ? {} : { time }) },
      )
    return await tableOf(ctx, cluster, topic)
  } catch (error) {
    throw toStoreError(error)
  }
})

async function keep({ store, actor, clock }: Context, place: Place, change: Change): Promise<void> {
  const set = { ...change, updatedAtMs: clock.now() }
  await store.db
    .insert(messageTable)
    .values({ person: actor.name, ...place, ...set })
    .onConflictDoUpdate({ target: [messageTable.person, messageTable.cluster, messageTable.topic], set })
}

async function forgetOldest({ store: { db }, actor }: Context): Promise<void> {
  const mine = and(eq(messageTable.person, actor.name), ne(messageTable.topic, EVERYWHERE))
  const [past] = await db
    .select({ updatedAtMs: messageTable.updatedAtMs })
    .from(messageTable)
    .where(mine)
    .orderBy(desc(messageTable.updatedAtMs))
    .offset(TABLES_OF_ONE)
    .limit(1)
  if (past) await db.delete(messageTable).where(and(mine, lte(messageTable.updatedAtMs, past.updatedAtMs)))
}
