import type { Context } from '@/server/context'
import { answersFor } from '@/server/schemas/open-serde'
import { type AskedSerde, planSerde } from '@/server/schemas/topic-rules'
import { type SchemaAnswer, type SchemaRef, schemaKey } from '@/server/serde/schema/schema-ref'
import type { SerdePlan } from '@/server/serde/serde-plan'

/** How topics are read: plans for whoever decodes, and who is asked for schemas. */
export type Serdes = {
  plans: SerdePlan[]
  /** What the registry says to each. Never throws: what can't be had is an answer with its reason. */
  schemasOf(topic: string, refs: readonly SchemaRef[]): Promise<SchemaAnswer[]>
}

/** The serdes of some topics of a cluster; what a request asks for holds for the first of them. */
export async function serdesOf(
  ctx: Context,
  cluster: string,
  topics: readonly string[],
  asked: AskedSerde,
): Promise<Serdes> {
  const plans = await Promise.all(
    topics.map((topic, i) => planSerde(ctx, cluster, topic, i === 0 ? asked : {})),
  )
  const registry = ctx.services.schemas.registry(cluster)
  return {
    plans,
    async schemasOf(topic, refs) {
      if (registry) return answersFor(registry, topic, refs, ctx.signal)
      return refs.map(ref => ({
        key: schemaKey(ref),
        ok: false,
        error: 'no schema registry is configured.',
        failure: { code: 'REGISTRY_NONE', params: {} },
      }))
    },
  }
}
