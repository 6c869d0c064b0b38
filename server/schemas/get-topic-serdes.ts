import type { OutputOf } from '@/lib/contracts/endpoint'
import { type SerdeChoice, serdes } from '@/lib/contracts/serdes'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import type { SerdeRule } from '@/server/serde/serde-plan'
import { planSerde } from './topic-rules'

/** How a topic's keys and values are read, and who chose it. */
export const getTopicSerdes = verb(serdes.get, async (ctx, input) => {
  authorise(ctx, 'record.read', { cluster: input.cluster, topic: input.topic })
  ctx.clusters.get(input.cluster)
  return describeSerdes(ctx, input.cluster, input.topic)
})

export async function describeSerdes(
  ctx: Context,
  cluster: string,
  topic: string,
): Promise<OutputOf<typeof serdes.get>> {
  const [plan, row] = await Promise.all([
    planSerde(ctx, cluster, topic),
    ctx.services.schemas.remembered(cluster, topic),
  ])
  return {
    key: shownRule(plan.key),
    value: shownRule(plan.value),
    registry: plan.registry,
    by: row?.by ?? null,
    at: row ? new Date(row.atMs).toISOString() : null,
  }
}

function shownRule({
  format,
  reason,
  schema,
}: SerdeRule): SerdeChoice & { source: 'auto' | 'remembered' | 'configured' } {
  return {
    format,
    schema: schema?.by === 'id' ? schema.id : null,
    source: reason === 'remembered' || reason === 'configured' ? reason : 'auto',
  }
}
