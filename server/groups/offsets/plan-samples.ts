import type { OffsetPlanRow } from '@/lib/contracts/offset-plans'
import { mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import type { Fetcher, KafkaCluster } from '@/server/kafka/port'
import { decodeRecord } from '@/server/serde/decode-record'

/** Partitions of which both ends are shown. */
const MOST_ROWS = 20
const BUDGET_MS = 3000
const FETCH_BYTES = 64 * 1024
const SHOWN_BYTES = 300

/**
 * The next record before and after, for the first partitions that change, where the caller may read records.
 * Never rejects: a plan without samples is a plan.
 */
export async function addSamples(
  ctx: Context,
  cluster: KafkaCluster,
  rows: readonly OffsetPlanRow[],
): Promise<OffsetPlanRow[]> {
  const due = rows
    .filter(row => row.after !== null && row.after !== row.before)
    .filter(row => mayDo(ctx, 'record.read', { cluster: cluster.id, topic: row.topic }))
    .slice(0, MOST_ROWS)
  if (due.length === 0) return [...rows]
  const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(BUDGET_MS)])
  const fetcher = cluster.openFetcher({ signal })
  const found = new Map<OffsetPlanRow, OffsetPlanRow>()
  try {
    for (const row of due) {
      const sampleBefore = await sampleAt(fetcher, row, row.before)
      const sampleAfter = await sampleAt(fetcher, row, row.after)
      found.set(row, { ...row, sampleBefore, sampleAfter })
    }
  } catch {
    // Out of time: what was read is shown.
  } finally {
    fetcher.close()
  }
  return rows.map(row => found.get(row) ?? row)
}

async function sampleAt(
  fetcher: Fetcher,
  row: OffsetPlanRow,
  offset: string | null,
): Promise<OffsetPlanRow['sampleBefore']> {
  if (offset === null || row.end === null || row.logStart === null) return null
  const start = BigInt(row.logStart)
  const at = BigInt(offset) < start ? start : BigInt(offset)
  if (at >= BigInt(row.end)) return null
  const [fetched] = await fetcher.fetch({
    topic: row.topic,
    positions: [{ partition: row.partition, offset: at, maxBytes: FETCH_BYTES }],
    isolation: 'read_committed',
    maxWaitMs: 50,
  })
  const record = fetched?.answer.ok ? fetched.answer.value.records.find(one => one.offset >= at) : undefined
  if (!record) return null
  const message = decodeRecord(record, { maxTextBytes: SHOWN_BYTES })
  return {
    offset: message.offset,
    timestamp: message.timestamp,
    key: message.key?.text ?? null,
    value: message.value?.text ?? null,
  }
}
