import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, type ErrorCode, toAppError } from '@/lib/errors'
import { asRecords, BATCH_BYTES, collectBatch } from './collect-batch'
import type { ReplayItem } from './replay-item'
import type { SliceJob } from './run-slice'
import { lookAtTargets } from './target-watch'

/** What is read and sent between two saves: at most this is sent again after a crash. */
const WINDOW = 100
const TRIES_MAX = 7
/** Nothing was written when these come, and the next try may go through. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'LEADER_UNAVAILABLE',
  'BROKER_UNREACHABLE',
  'CLUSTER_UNREACHABLE',
  'TIMED_OUT',
])

/**
 * The other guarantee, chosen by a person where the ledger can't be had: one record after the other,
 * idempotent, without transaction and ledger. A lost answer makes its record `unknown`, which is never sent
 * again by itself; a crash may repeat up to 100 records.
 */
export async function runPlain(job: SliceJob, items: readonly ReplayItem[]): Promise<void> {
  const { fetcher, sourceTopic, partition, signal, timestamp, recordedBy, now, making } = job
  const stamp = { replay: job.replay, by: recordedBy, timestamp }
  let failures = 0
  // The slice is ours: no other replay of these letters sends now, and what the last one sent is in its mirror.
  if (!(await job.save(await job.refusePast(items)))) return
  for (;;) {
    const remaining = items.filter(item => item.outcome === 'remaining')
    if (remaining.length === 0) return
    const granted = await job.bucket.take(Math.min(WINDOW, remaining.length), signal)
    const bytesMax = granted === 0 ? 0 : await job.byteBucket.take(BATCH_BYTES, signal)
    if (granted === 0 || bytesMax === 0) {
      job.bucket.giveBack(granted)
      if (await job.save([])) continue
      return
    }
    const source = {
      fetcher,
      cluster: job.cluster,
      topic: sourceTopic,
      partition,
      stamp,
      making,
      bytesMax,
      now,
      signal,
    }
    const changed: ReplayItem[] = []
    try {
      const { ready, gone, unfit, bytes } = await collectBatch(source, remaining.slice(0, granted), asRecords)
      job.bucket.giveBack(granted - ready.length)
      job.byteBucket.giveBack(bytesMax - bytes)
      const targets = ready.map(one => one.topic)
      await lookAtTargets(job.target, job.planned, targets, signal)
      for (const item of unfit) changed.push(Object.assign(item, settled('failed', 'EDIT_FAILED', now())))
      for (const item of gone) changed.push(Object.assign(item, settled('failed', 'RECORD_EXPIRED', now())))
      for (const { item, topic, record } of ready) {
        if (signal.aborted) throw new AppError('CANCELLED')
        changed.push(await sendOne(job, item, topic, record))
      }
      failures = 0
    } catch (error) {
      const trouble = toAppError(error)
      failures += 1
      if (signal.aborted || !PASSING.has(trouble.code) || failures >= (job.triesMax ?? TRIES_MAX)) {
        await job.save(changed)
        throw trouble
      }
    }
    if (!(await job.save(changed))) return
    if (failures > 0) await sleep(Math.min(8_000, 250 * 2 ** failures))
  }
}

type Produced = Parameters<SliceJob['target']['produce']>[1]

async function sendOne(
  job: SliceJob,
  item: ReplayItem,
  topic: string,
  record: Produced,
): Promise<ReplayItem> {
  try {
    const { offset } = await job.target.produce(topic, record)
    return Object.assign(item, settled('replayed', null, job.now()), { targetOffset: offset })
  } catch (error) {
    const { code, params } = toAppError(error)
    if (PASSING.has(code)) throw error
    if (code === 'OUTCOME_UNKNOWN') return Object.assign(item, settled('unknown', code, job.now()))
    if (params?.record === 'rejected')
      return Object.assign(item, settled('failed', String(params.kafka ?? code), job.now()))
    throw error
  }
}

const settled = (outcome: ReplayItem['outcome'], reason: string | null, atMs: number) => ({
  outcome,
  reason,
  atMs,
})
