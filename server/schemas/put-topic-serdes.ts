import { and, eq } from 'drizzle-orm'
import { serdes } from '@/lib/contracts/serdes'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { topicSerde } from '@/server/store/schema'
import { describeSerdes } from './get-topic-serdes'

/**
 * Remembers how a topic is read, for everybody; `auto` for both forgets. Changes nothing in Kafka, so
 * read-only clusters take it.
 */
export const putTopicSerdes = verb(serdes.put, async (ctx, input) => {
  const { cluster, topic, key, value } = input
  authorise(ctx, 'serde.write', { cluster, topic })
  ctx.clusters.get(cluster)
  await audited(
    ctx,
    { action: 'serde.write', cluster, resource: `topic:${topic}`, details: { key, value } },
    async () => {
      const row = {
        keyFormat: key.format,
        keySchema: key.schema,
        valueFormat: value.format,
        valueSchema: value.schema,
        by: ctx.actor.name,
        atMs: ctx.clock.now(),
      }
      if (key.format === 'auto' && value.format === 'auto')
        await ctx.store.db
          .delete(topicSerde)
          .where(and(eq(topicSerde.cluster, cluster), eq(topicSerde.topic, topic)))
      else
        await ctx.store.db
          .insert(topicSerde)
          .values({ cluster, topic, ...row })
          .onConflictDoUpdate({ target: [topicSerde.cluster, topicSerde.topic], set: row })
      ctx.services.schemas.forget(cluster, topic)
    },
  )
  return describeSerdes(ctx, cluster, topic)
})
