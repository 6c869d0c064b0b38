import { randomInt } from 'node:crypto'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { outgoingRecord, produce } from '@/lib/contracts/produce'
import { toAppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { DecodeError } from '@/server/serde/decode-error'
import { parseJson } from '@/server/serde/json-value'
import { refuseSystemTopic } from '@/server/topic-changes/refuse-system-topic'
import { PartEncoder } from './encode-part'
import { fromExportedLine, isExportedLine, NotReproducible } from './exported-line'
import { type PreparedRecord, prepareRecord } from './prepare-record'
import { itemOf, type LineItem, refusal, sendLines } from './send-lines'
import { partitionsOf } from './topic-partitions'

type Line = { ok: true; record: PreparedRecord } | { ok: false; item: LineItem }

/**
 * Writes the lines of a file so that each partition has them in their order. A line that is wrong is refused by
 * itself (lines of an export are taken as they are); after one whose outcome is unknown nothing more is sent.
 */
export const produceBatch = verb(produce.many, async (ctx, input) => {
  const { cluster: id, topic } = input
  authorise(ctx, 'record.produce', { cluster: id, topic })
  refuseSystemTopic(topic)
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
      // Lines that nothing places stay together, as the Java producer's do (KIP-480): few runs, and in order.
      const any = randomInt(partitions)
      const ready = lines.flatMap((line, i) => {
        if (!line.ok) return []
        const { partition, ...record } = line.record
        return [{ line: i, partition: partition ?? any, record }]
      })
      const sent = await sendLines(cluster, topic, ready, ctx.signal)
      const items = [...lines.flatMap(line => (line.ok ? [] : [line.item])), ...sent]
      return summarise(items.sort((a, b) => a.line - b.line))
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
      item: { ...itemOf(i, 'refused', null), code: 'LINE_NOT_JSON', ...whereNotJson(text) },
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
    return { ok: false, item: refusal(i, toAppError(thrown)) }
  }
}

/** The column where the line stops being JSON: the platform's own message would quote what stands there. */
function whereNotJson(text: string): Partial<LineItem> {
  try {
    parseJson(text)
  } catch (error) {
    const column = error instanceof DecodeError ? error.failure?.params.column : undefined
    if (column !== undefined) return { params: { column }, message: `from column ${column} on` }
  }
  return {}
}

function summarise(items: LineItem[]): OutputOf<typeof produce.many> {
  const count = (outcome: LineItem['outcome']) => items.filter(item => item.outcome === outcome).length
  return { items, written: count('written'), refused: count('refused'), unknown: count('unknown') }
}
