import { createHash } from 'node:crypto'
import type { ReplayEdit } from '@/lib/contracts/replay-request'
import type { Context } from '@/server/context'
import type { LogRecord } from '@/server/kafka/port'
import type { StoredPlan } from './plan-store'
import { readRecords } from './read-records'
import type { ReplayItem } from './replay-item'

/**
 * The log cuts texts at 2,000 characters and details at 32 KiB: an original goes in pieces, and a larger one
 * by its hash alone.
 */
const PIECE = 1_900
const WHOLE_MAX = 16_000
/**
 * Of a rule for many so many originals are kept, while they are together no longer than one may be; the
 * letters hold them all.
 */
const ORIGINALS_MAX = 100

/**
 * What stands in the audit log of an edit: the rule, and the originals of what it changes, byte for byte, as
 * far as they fit.
 */
export async function auditedEdit(ctx: Context, plan: StoredPlan): Promise<Record<string, unknown>> {
  const { edit } = plan.request
  const rule = edit && {
    fields: edit.fields ?? [],
    headers: edit.headers ?? [],
    ...(edit.key === undefined ? {} : { key: piecesOf(edit.key?.data ?? null) }),
    ...(edit.value === undefined ? {} : { value: piecesOf(edit.value?.data ?? null) }),
  }
  const items = plan.items.filter(item => item.outcome === 'remaining')
  const originals: Original[] = []
  let room = WHOLE_MAX
  for await (const record of originalsOf(ctx, plan, items.slice(0, ORIGINALS_MAX))) {
    const original = toOriginal(record, edit)
    const { length } = JSON.stringify(original)
    if (originals.length > 0 && length > room) break
    originals.push(original)
    room -= length
  }
  return { edit: rule, originals, originalsNotKept: items.length - originals.length }
}

async function* originalsOf(
  ctx: Context,
  plan: StoredPlan,
  items: readonly ReplayItem[],
): AsyncGenerator<LogRecord> {
  const fetcher = ctx.clusters.get(plan.cluster).openFetcher({ signal: ctx.signal })
  try {
    for (const [partition, some] of Map.groupBy(items, item => item.partition)) {
      const offsets = some.map(item => item.offset)
      for await (const found of readRecords(fetcher, plan.request.topic, partition, offsets, ctx.signal))
        for (const { record } of found) if (record !== null) yield record
    }
  } finally {
    fetcher.close()
  }
}

type Original = ReturnType<typeof toOriginal>

function toOriginal({ partition, offset, key, value, headers }: LogRecord, edit: ReplayEdit | null) {
  const touched = new Set((edit?.headers ?? []).map(one => one.name))
  const before = headers.filter(one => touched.has(one.name.toString()))
  return {
    partition,
    offset: offset.toString(),
    key: shown(key),
    value: shown(value),
    ...(before.length === 0
      ? {}
      : { headers: before.map(one => ({ name: one.name.toString(), value: shown(one.value) })) }),
  }
}

function shown(bytes: Buffer | null) {
  if (bytes === null) return null
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const base64 = bytes.toString('base64')
  return { bytes: bytes.length, sha256, ...(base64.length <= WHOLE_MAX ? { base64: piecesOf(base64) } : {}) }
}

function piecesOf(text: string | null): string[] | null {
  if (text === null) return null
  const whole = text.length <= WHOLE_MAX ? text : text.slice(0, WHOLE_MAX)
  return whole.match(new RegExp(`.{1,${PIECE}}`, 'gsu')) ?? []
}
