import { type SerdeFormat, serdeFormat } from '@/lib/contracts/serdes'
import type { ConfiguredPart } from '@/server/config/types'
import type { Context } from '@/server/context'
import { type SchemaAnswer, schemaKey } from '@/server/serde/schema/schema-ref'
import type { SerdePlan, SerdeRule } from '@/server/serde/serde-plan'

/** What a request asks for itself: the query options `serdeInput`. */
export type AskedSerde = {
  keyFormat?: SerdeFormat | undefined
  valueFormat?: SerdeFormat | undefined
  keySchema?: number | undefined
  valueSchema?: number | undefined
}

/**
 * How a topic is read: what the request asks goes first, then what is remembered, then what the configuration
 * says, else by itself.
 */
export async function planSerde(
  ctx: Pick<Context, 'services'>,
  cluster: string,
  topic: string,
  asked: AskedSerde = {},
): Promise<SerdePlan> {
  const row = await ctx.services.schemas.remembered(cluster, topic)
  const said = ctx.services.schemas.configured(cluster, topic)
  const schemas: SchemaAnswer[] = []
  const rule = (part: 'key' | 'value', format: string | undefined, schema: number | undefined): SerdeRule => {
    const [chosen, chosenSchema] =
      part === 'key' ? [row?.keyFormat, row?.keySchema] : [row?.valueFormat, row?.valueSchema]
    return pick(
      ruleOf(format, schema, 'asked'),
      ruleOf(chosen, chosenSchema, 'remembered'),
      configuredRule(part, said?.[part] ?? null, schemas),
    )
  }
  return {
    topic,
    key: rule('key', asked.keyFormat, asked.keySchema),
    value: rule('value', asked.valueFormat, asked.valueSchema),
    registry: ctx.services.schemas.registry(cluster) !== null,
    schemas,
  }
}

/** A schema of files travels with the plan, under a name of its own. */
function configuredRule(
  part: 'key' | 'value',
  said: ConfiguredPart | null,
  schemas: SchemaAnswer[],
): SerdeRule | null {
  if (said === null) return null
  if (said.schema === null) return ruleOf(said.format, said.schemaId, 'configured')
  const ref = { by: 'file', id: part } as const
  schemas.push({ key: schemaKey(ref), ok: true, schema: said.schema, id: null, subject: null, version: null })
  return { format: said.format, reason: 'configured', schema: ref }
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
