import { createHash } from 'node:crypto'
import type { Context } from '@/server/context'
import type { StoredPlan } from './plan-store'
import { readRecords } from './read-records'

/** The log cuts texts at 2,000 characters and details at 32 KiB: an original goes in pieces, and a larger one by its hash alone. */
const PIECE = 1_900
const WHOLE_MAX = 16_000

/** What stands in the audit log of an edit: the rule, and of a record that is changed alone the original, byte for byte. */
export async function auditedEdit(ctx: Context, plan: StoredPlan): Promise<Record<string, unknown>> {
  const { edit, topic } = plan.request
  const [item] = plan.items
  const rule = edit && {
    fields: edit.fields ?? [],
    headers: edit.headers ?? [],
    ...(edit.key === undefined ? {} : { key: piecesOf(edit.key?.data ?? null) }),
    ...(edit.value === undefined ? {} : { value: piecesOf(edit.value?.data ?? null) }),
  }
  if (!item || plan.items.length !== 1) return { edit: rule }
  const fetcher = ctx.clusters.get(plan.cluster).openFetcher({ signal: ctx.signal })
  try {
    for await (const { record } of readRecords(fetcher, topic, item.partition, [item.offset], ctx.signal)) {
      if (record === null) break
      const { key, value } = record
      const original = {
        partition: item.partition,
        offset: item.offset,
        key: shown(key),
        value: shown(value),
      }
      return { edit: rule, original }
    }
    return { edit: rule, original: null }
  } finally {
    fetcher.close()
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
