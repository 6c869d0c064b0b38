import type { Context } from '@/server/context'
import { type RecordParts, RecordSerde } from '@/server/serde/record-serde'
import { type SchemaAnswer, type SchemaRef, schemaKey } from '@/server/serde/schema/schema-ref'
import type { SchemaRegistry } from './schema-registry'
import { type AskedSerde, planSerde } from './topic-rules'

/** Different schemas that one page asks for; records of others say that there were too many. */
const REFS_MAX = 100
/** A page never waits longer than this for schemas, however many and however slow the registry is. */
const WAIT_MS = 6_000

const TOO_MANY = {
  ok: false,
  error: `more than ${REFS_MAX} schemas were needed at once.`,
  failure: { code: 'SCHEMAS_TOO_MANY', params: { max: REFS_MAX } },
} as const
const TOO_LATE = {
  ok: false,
  error: 'the registry took too long.',
  failure: { code: 'REGISTRY_SLOW', params: {} },
} as const

/** A topic's serde in the server: before records are read, `prepare` fetches the schemas that they need. */
export type OpenSerde = {
  serde: RecordSerde
  /** Never throws: what can't be had is said at the records that need it. */
  prepare(records: readonly RecordParts[], signal?: AbortSignal): Promise<void>
}

/** Opens the serde of a topic as this request wants it. */
export async function openSerde(
  ctx: Pick<Context, 'services'>,
  cluster: string,
  topic: string,
  asked: AskedSerde = {},
): Promise<OpenSerde> {
  const serde = new RecordSerde(await planSerde(ctx, cluster, topic, asked))
  const registry = ctx.services.schemas.registry(cluster)
  return {
    serde,
    async prepare(records, signal) {
      if (!registry) return
      serde.learn(await answersFor(registry, topic, wantedBy(serde, records), signal))
    },
  }
}

/** The schemas that these records need and that nobody handed in. */
export function wantedBy(serde: RecordSerde, records: readonly RecordParts[]): SchemaRef[] {
  const wanted = new Map<string, SchemaRef>()
  for (const record of records) {
    for (const part of ['key', 'value'] as const) {
      const ref = serde.wanted(part, record)
      if (ref !== null) wanted.set(schemaKey(ref), ref)
    }
  }
  return [...wanted.values()]
}

/**
 * What the registry says to each, all at once, within six seconds; one that is late or too many is an answer
 * with that reason.
 */
export async function answersFor(
  registry: SchemaRegistry,
  topic: string,
  refs: readonly SchemaRef[],
  signal?: AbortSignal,
): Promise<SchemaAnswer[]> {
  if (refs.length === 0) return []
  let timer: NodeJS.Timeout | undefined
  let onAbort = () => {}
  const late = new Promise<null>(resolve => {
    timer = setTimeout(() => resolve(null), WAIT_MS)
    onAbort = () => resolve(null)
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted) resolve(null)
  })
  try {
    return await Promise.all(
      refs.map(async (ref, i): Promise<SchemaAnswer> => {
        const key = schemaKey(ref)
        if (i >= REFS_MAX) return { key, ...TOO_MANY }
        const answer = await Promise.race([registry.answer(ref, topic), late])
        return answer ?? { key, ...TOO_LATE }
      }),
    )
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}
