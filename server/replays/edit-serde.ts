import * as z from 'zod'
import type { ReplayEdit } from '@/lib/contracts/replay-request'
import { serdeFormat } from '@/lib/contracts/serdes'
import { AppError } from '@/lib/errors'
import { classifyTopic } from '@/lib/naming-policy'
import type { Context } from '@/server/context'
import { answersFor, wantedBy } from '@/server/schemas/open-serde'
import type { SchemaRegistry } from '@/server/schemas/schema-registry'
import { planSerde } from '@/server/schemas/topic-rules'
import { type RecordParts, RecordSerde } from '@/server/serde/record-serde'
import type { SerdePlan } from '@/server/serde/serde-plan'
import { editHeaders } from './edit-record'

const schemaRef = z.union([
  z.object({ by: z.literal('id'), id: z.number().int() }),
  z.object({ by: z.literal('guid'), guid: z.string() }),
  z.object({ by: z.enum(['global-id', 'content-id', 'file']), id: z.string() }),
])
const rule = z.object({
  format: serdeFormat,
  reason: z.enum(['asked', 'remembered', 'configured']).nullable(),
  schema: schemaRef.optional(),
})
const schemaText = z.object({
  kind: z.enum(['avro', 'protobuf', 'json-schema']),
  text: z.string(),
  references: z.array(z.object({ name: z.string(), text: z.string() })),
  descriptors: z.boolean().optional(),
  message: z.string().optional(),
})

/**
 * How a plan's edit reads its records, kept with it: what somebody chooses for the topic later changes
 * nothing of it.
 */
export const editPlan = z.object({
  topic: z.string(),
  key: rule,
  value: rule,
  registry: z.boolean(),
  schemas: z.array(
    z.object({
      key: z.string(),
      ok: z.literal(true),
      schema: schemaText,
      id: z.null(),
      subject: z.null(),
      version: z.null(),
    }),
  ),
})
export type EditPlan = z.output<typeof editPlan>

/** As the dead-letter topic is read; a part that nothing is said about there as that of the topic it belongs to. */
export async function planEdit(
  ctx: Pick<Context, 'services'>,
  cluster: string,
  topic: string,
): Promise<EditPlan> {
  const own = await planSerde(ctx, cluster, topic)
  const base = ctx.services.deadLetters.of(cluster).originOf(topic) ?? classifyTopic(topic).base
  const from = base === null ? null : await planSerde(ctx, cluster, base)
  const merged = { ...own }
  for (const part of ['key', 'value'] as const) {
    if (from === null || own[part].format !== 'auto') continue
    merged[part] = from[part]
    const isOfPart = (one: { key: string }) => one.key === `file:${part}`
    merged.schemas = [...merged.schemas.filter(one => !isOfPart(one)), ...from.schemas.filter(isOfPart)]
  }
  return editPlan.parse(merged)
}

/** Reads and writes the records that an edit is for. */
export type EditSerde = {
  serde: RecordSerde
  /** Before a record is edited: fetches what it needs, once for all that need the same. */
  prepare(record: RecordParts): Promise<void>
}

/**
 * `strict` is for the run: there a schema that can't be had is the registry's trouble, which ends, and no
 * failure of the record; then `prepare` throws REGISTRY_UNREACHABLE. Otherwise the edit says at the record
 * what is missing.
 */
export function openEditSerde(
  registry: SchemaRegistry | null,
  plan: EditPlan,
  edit: ReplayEdit,
  { strict, signal }: { strict: boolean; signal: AbortSignal },
): EditSerde {
  const serde = new RecordSerde(plan satisfies SerdePlan)
  return {
    serde,
    async prepare(record) {
      if (registry === null) return
      const wanted = wantedBy(serde, [record, replaced(record, edit)])
      if (wanted.length === 0) return
      const answers = await answersFor(registry, plan.topic, wanted, signal)
      const missing = strict ? answers.find(one => !one.ok) : undefined
      if (missing?.ok === false) throw new AppError('REGISTRY_UNREACHABLE', { detail: missing.error })
      serde.learn(answers)
    },
  }
}

/** What an edit replaces as a whole may name another schema. */
function replaced(record: RecordParts, edit: ReplayEdit): RecordParts {
  const part = (name: 'key' | 'value') => {
    const given = edit[name]
    return given?.encoding === 'base64' ? Buffer.from(given.data, 'base64') : record[name]
  }
  const headers = edit.headers ? editHeaders(record.headers, edit.headers) : record.headers
  return { key: part('key'), value: part('value'), headers }
}
