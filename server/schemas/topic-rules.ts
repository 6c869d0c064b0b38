import { type SerdeFormat, serdeFormat } from '@/lib/contracts/serdes'
import type { Context } from '@/server/context'
import type { SerdePlan, SerdeRule } from '@/server/serde/serde-plan'

/** What a request asks for itself: the query options `serdeInput`. */
export type AskedSerde = {
  keyFormat?: SerdeFormat | undefined
  valueFormat?: SerdeFormat | undefined
  keySchema?: number | undefined
  valueSchema?: number | undefined
}

/** How a topic is read: what the request asks goes first, then what is remembered, then what the configuration says, else by itself. */
export async function planSerde(
  ctx: Pick<Context, 'services'>,
  cluster: string,
  topic: string,
  asked: AskedSerde = {},
): Promise<SerdePlan> {
  const row = await ctx.services.schemas.remembered(cluster, topic)
  return {
    topic,
    key: pick(
      ruleOf(asked.keyFormat, asked.keySchema, 'asked'),
      ruleOf(row?.keyFormat, row?.keySchema, 'remembered'),
    ),
    value: pick(
      ruleOf(asked.valueFormat, asked.valueSchema, 'asked'),
      ruleOf(row?.valueFormat, row?.valueSchema, 'remembered'),
    ),
    registry: ctx.services.schemas.registry(cluster) !== null,
    schemas: [],
  }
}

/** `auto` that somebody asked for is a choice as well: it overrides what is remembered. */
function ruleOf(
  format: string | undefined,
  schema: number | null | undefined,
  reason: NonNullable<SerdeRule['reason']>,
): SerdeRule | null {
  const known = serdeFormat.safeParse(format)
  if (!known.success) return null
  return {
    format: known.data,
    reason: known.data === 'auto' ? null : reason,
    ...(schema ? { schema: { by: 'id', id: schema } } : {}),
  }
}

function pick(...rules: (SerdeRule | null)[]): SerdeRule {
  return rules.find(rule => rule !== null) ?? { format: 'auto', reason: null }
}
