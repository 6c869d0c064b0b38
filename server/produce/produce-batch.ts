import { randomInt } from 'node:crypto'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { outgoingRecord, produce } from '@/lib/contracts/produce'
import { type AppError, toAppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { DecodeError } from '@/server/serde/decode-error'
import { parseJson } from '@/server/serde/json-value'
import { PartEncoder } from './encode-part'
import { fromExportedLine, isExportedLine, NotReproducible } from './exported-line'
import { type PreparedRecord, prepareRecord } from './prepare-record'
import { partitionsOf } from './topic-partitions'

type Item = OutputOf<typeof produce.many>['items'][number]
type Line = { ok: true; record: PreparedRecord } | { ok: false; item: Item }

/**
 * Writes the lines of a file in their order, one acknowledged before the next, so that a partition keeps that
 * order. A line that is wrong is refused by itself (lines of an export are taken as they are); after one
 * whose outcome is unknown nothing more is sent.
 */
export const produceBatch = verb(produce.many, async (ctx, input) => {
  const { cluster: id, topic } = input
  authorise(ctx, 'record.produce', { cluster: id, topic })
  const cluster = ctx.clusters.get(id)
  const partitions = await partitionsOf(cluster, topic, ctx.signal)
  const encoder = new PartEncoder(ctx.services.schemas.registry(id))
  const lines: Line[] = []
  for (const [i, text] of input.lines.entries()) lines.push(await readLine(encoder, text, i, partitions))
  if (input.dryRun)
    return summarise(
      lines.map((line, i) => (line.ok ? itemOf(i, 'checked', line.record.partition) : line.item)),
    )
  const details = { lines: lines.length, refused: lines.filter(line => !line.ok).length }
  return audited(
    ctx,
    { action: 'record.produce', cluster: id, resource: `topic:${topic}`, details },
    async () => {
      const items: Item[] = []
      let stopped = false
      for (const [i, line] of lines.entries()) {
        if (!line.ok) items.push(line.item)
        else if (stopped || ctx.signal.aborted) items.push(itemOf(i, 'skipped', line.record.partition))
        else {
          const partition = line.record.partition ?? randomInt(partitions)
          try {
            const placed = await cluster.produce(topic, { ...line.record, partition })
            items.push({ ...itemOf(i, 'written', placed.partition), offset: placed.offset.toString() })
          } catch (thrown) {
            const error = toAppError(thrown)
            stopped = error.code === 'OUTCOME_UNKNOWN'
            items.push(refusal(i, error, stopped ? 'unknown' : 'refused', partition))
          }
        }
      }
      return summarise(items)
    },
  )
})

async function readLine(encoder: PartEncoder, text: string, i: number, partitions: number): Promise<Line> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return {
      ok: false,
      item: { ...itemOf(i, 'refused', null), code: 'LINE_NOT_JSON', message: whereNotJson(text) },
    }
  }
  if (isExportedLine(json)) {
    try {
      json = fromExportedLine(text)
    } catch (thrown) {
      if (!(thrown instanceof NotReproducible)) throw thrown
      return {
        ok: false,
        item: { ...itemOf(i, 'refused', null), code: 'INPUT_INVALID', message: thrown.message },
      }
    }
  }
  const parsed = outgoingRecord.safeParse(json)
  if (!parsed.success) {
    const [first] = parsed.error.issues
    const message = `${first?.path.join('.') || 'the line'}: ${first?.message ?? 'is not a record'}`
    return { ok: false, item: { ...itemOf(i, 'refused', null), code: 'INPUT_INVALID', message } }
  }
  try {
    return { ok: true, record: await prepareRecord(encoder, parsed.data, partitions) }
  } catch (thrown) {
    return { ok: false, item: refusal(i, toAppError(thrown), 'refused', null) }
  }
}

/** The column where the line stops being JSON: the platform's own message would quote what stands there. */
function whereNotJson(text: string): string | null {
  try {
    parseJson(text)
  } catch (error) {
    if (error instanceof DecodeError && error.failure?.code === 'NOT_JSON')
      return `from column ${error.failure.params.column} on`
  }
  return null
}

function itemOf(line: number, outcome: Item['outcome'], partition: number | null): Item {
  return { line, outcome, partition, offset: null, code: null, message: null }
}

function refusal(
  line: number,
  error: AppError,
  outcome: 'refused' | 'unknown',
  partition: number | null,
): Item {
  const [field] = error.fields ?? []
  // Which of its rules the topic holds against the record is Kafka's own word.
  const rule = error.code === 'RECORD_REFUSED' ? error.params?.kafka : undefined
  const message = field ? `${field.path}: ${field.message}` : (error.detail ?? rule?.toString() ?? null)
  return { ...itemOf(line, outcome, partition), code: error.code, message }
}

function summarise(items: Item[]): OutputOf<typeof produce.many> {
  const count = (outcome: Item['outcome']) => items.filter(item => item.outcome === outcome).length
  return { items, written: count('written'), refused: count('refused'), unknown: count('unknown') }
}
