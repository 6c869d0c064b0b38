import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, type ErrorCode, toAppError } from '@/lib/errors'
import type { Fetcher, KafkaCluster, TransactionalWriter } from '@/server/kafka/port'
import type { Logger } from '@/server/log'
import { BATCH_BYTES, BATCH_RECORDS, type Batch, collectBatch, type Ready } from './collect-batch'
import { LEDGER_TOPIC, type LedgerEntry, ledgerPartitionOf, ledgerRecord, ledgerUnavailable } from './ledger'
import { ledgerStart } from './look-up-ledger'
import type { Making } from './outgoing-record'
import { ledgerEnds, readLedger } from './read-ledger'
import type { ReplayItem } from './replay-item'
import { type TokenBucket, unlimited } from './token-bucket'

export type SliceJob = {
  cluster: KafkaCluster
  fetcher: Fetcher
  /** `milena-<installation>-<topicId>-<partition>`: the same for every replay of this slice. */
  transactionalId: string
  replay: string
  sourceTopic: string
  sourceTopicId: string
  partition: number
  again: boolean
  timestamp: 'now' | 'keep'
  making: Making
  /** What the ledger knows the records by: the source topic's id, of a copy with the copy's own id behind it. */
  ledgerId: string
  /** Where the targets stand: another cluster only for a replay without transactions. */
  target: KafkaCluster
  recordedBy: string | null
  ledgerPartitions: number
  ledgerFrom: ReadonlyMap<number, bigint>
  bucket: TokenBucket
  /** In bytes of keys, values and headers. */
  byteBucket: TokenBucket
  now(): number
  /** Mirrors changed items; answers false when the replay is not to go on (paused, cancelled). */
  save(changed: readonly ReplayItem[]): Promise<boolean>
  /** Marks what replays without a ledger sent meanwhile as refused, and answers it. */
  refusePast(items: readonly ReplayItem[]): Promise<ReplayItem[]>
  /** Lease lost, or the process stops. */
  signal: AbortSignal
  log: Logger
  /** How often the same trouble may come back before the replay stops. */
  triesMax?: number | undefined
  /** Records of a transaction; tests make many of them. */
  batchRecords?: number | undefined
}

const TRIES_MAX = 7
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 8_000
/** What trying again in a moment won't mend. */
const LASTING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CLUSTER_DENIED',
  'BROKER_TOO_OLD',
  'AUTHENTICATION_FAILED',
  'LEDGER_UNAVAILABLE',
  'SHUTTING_DOWN',
  'CANCELLED',
])

/**
 * Replays what remains of one slice, each record once: records and their ledger entries are committed
 * together, and before anything is written after an opening, a crash or a doubt, the ledger says what is
 * done. Ends early when `save` says so. Throws AppError when it can't go on; then every record is either in
 * the target and in the ledger, or in neither.
 */
export async function runSlice(
  job: SliceJob,
  items: readonly ReplayItem[],
  settleOnly: boolean,
): Promise<void> {
  const { signal } = job
  let writer: TransactionalWriter | null = null
  let limit = job.batchRecords ?? BATCH_RECORDS
  let failures = 0
  let ahead: Ahead | null = null
  // The mirror of a transaction is written while the next one is read; the next is not written before it is
  // known to go on.
  let goOn: Promise<boolean> = Promise.resolve(true)
  try {
    for (;;) {
      if (signal.aborted) throw new AppError('CANCELLED')
      try {
        const remaining = items.filter(item => item.outcome === 'remaining')
        if (remaining.length === 0) {
          await goOn
          return
        }
        if (writer === null) {
          writer = await openSlice(job)
          if (!(await settle(job, remaining))) return
          if (settleOnly) return
          continue
        }
        const step = await writeNext(job, writer, remaining, limit, ahead, goOn)
        if (step === null) return
        ahead = step.ahead
        limit = step.limit
        failures = 0
        goOn = step.goOn
      } catch (error) {
        await giveUp(writer)
        writer = null
        ahead = null
        // What the mirror met comes first: without the store, or the lease, nothing of this slice is begun anew.
        const unmirrored = await goOn.then(() => null, toAppError)
        goOn = Promise.resolve(true)
        const trouble = unmirrored ?? toAppError(error)
        failures += 1
        if (signal.aborted) throw new AppError('CANCELLED', { cause: error })
        // Without the lease another owner is at work: opening the slice again would only fence it.
        const lasting =
          LASTING.has(trouble.code) ||
          trouble.code.startsWith('STORE_') ||
          trouble.params?.reason === 'lease-lost'
        if (lasting || failures >= (job.triesMax ?? TRIES_MAX)) throw trouble
        const { replay, partition } = job
        job.log.warn({ err: trouble, replay, partition, failures }, 'a slice of a replay begins anew')
        await pause(failures, signal)
      }
    }
  } finally {
    await giveUp(writer)
    await goOn.catch(() => undefined) // told to whoever waited for it
  }
}

async function openSlice({ cluster, transactionalId, signal }: SliceJob): Promise<TransactionalWriter> {
  try {
    return await cluster.openWriter(transactionalId, { signal })
  } catch (error) {
    const { code } = toAppError(error)
    // No right to the transactional id, or a broker without transactions.
    throw code === 'CLUSTER_DENIED' || code === 'BROKER_TOO_OLD' ? ledgerUnavailable(error) : error
  }
}

/**
 * What the ledger says of the items that seem to remain. The slice's owner before is fenced and its
 * transactions have ended, so what is committed stands below the ledger's end as it is now.
 */
async function settle(job: SliceJob, remaining: readonly ReplayItem[]): Promise<boolean> {
  const { cluster, fetcher, signal, sourceTopicId, partition } = job
  const start = ledgerStart(job.ledgerFrom, sourceTopicId, partition, job.ledgerPartitions)
  const ends = await ledgerEnds(cluster, [start.partition], 'read_uncommitted', signal)
  const found = new Map<bigint, LedgerEntry[]>()
  await readLedger(
    cluster,
    fetcher,
    start.partition,
    { from: start.from, until: ends.get(start.partition)?.offset ?? 0n },
    record => record.key?.includes(sourceTopicId) === true,
    entry => {
      if (entry.topicId !== job.ledgerId || entry.partition !== partition) return
      found.set(entry.offset, [...(found.get(entry.offset) ?? []), entry])
    },
    signal,
  )
  const changed: ReplayItem[] = []
  for (const item of remaining) {
    const entries = found.get(item.offset) ?? []
    const mine = entries.find(entry => entry.replay === job.replay)
    if (mine) markReplayed(item, mine.target.offset, mine.atMs)
    else if (entries.length > 0 && !job.again) {
      item.outcome = 'refused'
      item.reason = 'already-replayed'
      item.atMs = job.now()
    } else continue
    changed.push(item)
  }
  changed.push(...(await job.refusePast(remaining)))
  return job.save(changed)
}

function markReplayed(item: ReplayItem, targetOffset: bigint, atMs: number): void {
  item.outcome = 'replayed'
  item.reason = null
  item.targetOffset = targetOffset
  item.atMs = atMs
}

function markFailed(item: ReplayItem, reason: string, atMs: number): void {
  item.outcome = 'failed'
  item.reason = reason
  item.atMs = atMs
}

/** The batch after the running one: read while that is committed. */
type Ahead = { first: ReplayItem; batch: Promise<Batch> }
type Step = { goOn: Promise<boolean>; limit: number; ahead: Ahead | null }

function collect(job: SliceJob, items: readonly ReplayItem[], bytesMax: number): Promise<Batch> {
  const {
    fetcher,
    cluster,
    sourceTopic: topic,
    partition,
    signal,
    timestamp,
    recordedBy: by,
    now,
    making,
  } = job
  const stamp = { replay: job.replay, by, timestamp }
  return collectBatch({ fetcher, cluster, topic, partition, stamp, making, bytesMax, now, signal }, items)
}

/** Does it wait for tokens? */
export const isThrottled = ({ bucket, byteBucket }: Pick<SliceJob, 'bucket' | 'byteBucket'>): boolean =>
  bucket !== unlimited || byteBucket !== unlimited

/** Only at full speed: a throttled replay has the time, and its next batch is as large as its tokens allow. */
function readAhead(job: SliceJob, items: readonly ReplayItem[]): Ahead | null {
  const [first] = items
  if (!first || isThrottled(job)) return null
  const batch = collect(job, items, BATCH_BYTES)
  // Its failure is told to whoever takes it; nobody may, when the transaction before it fails.
  batch.catch(() => undefined)
  return { first, batch }
}

/**
 * One transaction, if `goOn` says so; null: it does not. A record that its target rejects is found by
 * halving, and fails alone.
 */
async function writeNext(
  job: SliceJob,
  writer: TransactionalWriter,
  remaining: readonly ReplayItem[],
  limit: number,
  ahead: Ahead | null,
  goOn: Promise<boolean>,
): Promise<Step | null> {
  const { signal, now } = job
  // A throttled one may wait long for its tokens: it has the time to hear first.
  if (isThrottled(job) && !(await goOn)) return null
  const granted = await job.bucket.take(Math.min(limit, remaining.length), signal)
  const bytesMax = granted === 0 ? 0 : await job.byteBucket.take(BATCH_BYTES, signal)
  if (granted === 0 || bytesMax === 0) {
    job.bucket.giveBack(granted)
    return (await goOn) ? { goOn: mirror(job, []), limit, ahead: null } : null
  }
  const wanted = remaining.slice(0, granted)
  const isAhead = ahead !== null && ahead.first === wanted[0]
  const { ready, gone, unfit, bytes } = await (isAhead ? ahead.batch : collect(job, wanted, bytesMax))
  job.bucket.giveBack(granted - ready.length)
  job.byteBucket.giveBack(bytesMax - bytes)
  if (!(await goOn)) return null
  for (const item of gone) markFailed(item, 'RECORD_EXPIRED', now())
  for (const item of unfit) markFailed(item, 'EDIT_FAILED', now())
  const changed = [...gone, ...unfit]
  let next = Math.min(job.batchRecords ?? BATCH_RECORDS, limit * 2)
  const after = remaining.slice(ready.length + changed.length).slice(0, next)
  let following = readAhead(job, after)
  if (ready.length > 0) {
    try {
      const offsets = await commitBatch(job, writer, ready)
      const atMs = now()
      for (const [at, { item }] of ready.entries()) markReplayed(item, offsets[at] ?? -1n, atMs)
      changed.push(...ready.map(one => one.item))
    } catch (error) {
      const trouble = toAppError(error)
      if (trouble.params?.record !== 'rejected') throw error
      await writer.abort()
      const [only] = ready
      if (ready.length === 1 && only) {
        markFailed(only.item, String(trouble.params.kafka ?? trouble.code), now())
        changed.push(only.item)
      } else next = Math.ceil(ready.length / 2)
      following = null
    }
  }
  return {
    goOn: changed.length === 0 ? Promise.resolve(true) : mirror(job, changed),
    limit: next,
    ahead: following,
  }
}

function mirror(job: SliceJob, changed: readonly ReplayItem[]): Promise<boolean> {
  const saved = job.save(changed)
  // Its failure is told to whoever waits for it, a transaction later.
  saved.catch(() => undefined)
  return saved
}

/** Records to their targets, then the ledger's records that say where they are, then the commit. */
async function commitBatch(
  job: SliceJob,
  writer: TransactionalWriter,
  ready: readonly Ready[],
): Promise<bigint[]> {
  const numbered = ready.map(({ topic, record }, at) => ({ topic, record, at }))
  const byTopic = Map.groupBy(numbered, one => one.topic)
  const { topics } = await job.cluster.metadata({
    topics: [...byTopic.keys()],
    maxAgeMs: 30_000,
    signal: job.signal,
  })
  const offsets = new Array<bigint>(ready.length).fill(-1n)
  const sends = [...byTopic].map(async ([topic, list]) => {
    const placed = await writer.send(
      topic,
      list.map(one => one.record),
    )
    list.forEach((one, at) => {
      offsets[one.at] = placed[at]?.offset ?? -1n
    })
  })
  // All of them: nothing may be under way any more when the transaction is ended.
  const settled = await Promise.allSettled(sends)
  const bad = settled.find(one => one.status === 'rejected')
  if (bad) throw bad.reason
  const { replay, sourceTopicId, partition, ledgerId: topicId } = job
  const atMs = job.now()
  const ledgerPartition = ledgerPartitionOf(sourceTopicId, partition, job.ledgerPartitions)
  const topicIds = new Map([...topics].map(([topic, one]) => [topic, one.ok ? one.value.topicId : null]))
  const entries = ready.map(({ topic, record, item, origin }, at) => {
    const target = { topic, partition: record.partition, offset: offsets[at] ?? -1n }
    const { offset, count } = item
    const targetTopicId = topicIds.get(topic) ?? null
    return ledgerRecord(
      { topicId, partition, offset, replay, atMs, target, targetTopicId, count, origin },
      ledgerPartition,
    )
  })
  try {
    await writer.send(LEDGER_TOPIC, entries)
  } catch (error) {
    // Also a ledger that refuses our record: the letters have done nothing to be called failed.
    const { code, params } = toAppError(error)
    throw code === 'CLUSTER_DENIED' || params?.record === 'rejected' ? ledgerRefused(error) : error
  }
  await writer.commit()
  return offsets
}

function ledgerRefused(error: unknown): AppError {
  const { code, params } = toAppError(error)
  const reason = typeof params?.kafka === 'string' ? params.kafka : code
  return new AppError('LEDGER_UNAVAILABLE', { params: { reason }, cause: error })
}

async function giveUp(writer: TransactionalWriter | null): Promise<void> {
  await writer?.close().catch(() => undefined)
}

async function pause(failures: number, signal: AbortSignal): Promise<void> {
  const delayMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1))
  try {
    await sleep(delayMs * (0.75 + Math.random() / 2), undefined, { signal })
  } catch (cause) {
    throw new AppError('CANCELLED', { cause })
  }
}
