import { and, eq, inArray } from 'drizzle-orm'
import type { MessageTable } from '@/lib/contracts/message-table'
import { messages } from '@/lib/contracts/messages'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { messageTable } from '@/server/store/schema'

/** Where the row of what holds for every topic stands. */
export const EVERYWHERE = ''

/**
 * How the caller sees tables of messages of a topic; null for what they never chose. Throws CLUSTER_UNKNOWN,
 * STORE_*.
 */
export const getTable = verb(messages.table, async (ctx, { cluster, topic }) => {
  authorise(ctx, 'record.read', { cluster, topic })
  ctx.clusters.get(cluster)
  try {
    return await tableOf(ctx, cluster, topic)
  } catch (error) {
    throw toStoreError(error)
  }
})

/** The caller's two rows as one answer. Throws what the database throws. */
export async function tableOf(ctx: Context, cluster: string, topic: string): Promise<MessageTable> {
  const rows = await ctx.store.db
    .select()
    .from(messageTable)
    .where(
      and(
        eq(messageTable.person, ctx.actor.name),
        inArray(messageTable.cluster, [cluster, EVERYWHERE]),
        inArray(messageTable.topic, [topic, EVERYWHERE]),
      ),
    )
  const own = rows.find(row => row.topic === topic)
  const everywhere = rows.find(row => row.topic === EVERYWHERE)
  return {
    columns: own?.columns == null ? null : JSON.parse(own.columns),
    density: everywhere?.density ?? null,
    time: everywhere?.time ?? null,
  }
}
