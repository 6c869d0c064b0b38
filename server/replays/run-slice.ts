import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, type ErrorCode, toAppError } from '@/lib/errors'
import { RecordPacker } from '@/server/kafka/index'
import type { Fetcher, KafkaCluster, PackedRecord, TransactionalWriter } from '@/server/kafka/port'
import type { Logger } from '@/server/log'
import { asPacked, BATCH_BYTES, BATCH_RECORDS, type Batch, collectBatch, type Ready } from './collect-batch'
import { carefulWriter } from './hanging-transaction'
import {
  LEDGER_TOPIC,
  type LedgerEntry,
  ledgerKeyHead,
  ledgerPartitionOf,
  ledgerRefused,
  ledgerTexts,
  ledgerUnavailable,
} from './ledger'
import { ledgerStart } from './look-up-ledger'
import type { Making } from './outgoing-record'
import { ledgerEnds, readLedger } from './read-ledger'
import type { ReplayItem } from './replay-item'
import { lookAtTargets, type PlannedTarget } from './target-watch'
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
  /** The targets as the plan found them. */
  planned: readonly PlannedTarget[]
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
/** A transaction, and the one after it, which may have twice as many. */
const LOOKED_AHEAD = 3
/** What trying again in a moment won't mend. */
const LASTING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CLUSTER_DENIED',
  'BROKER_TOO_OLD',
  'AUTHENTICATION_FAILED',
  'LEDGER_UNAVAILABLE',
  'TARGET_CHANGED',
  'TRANSACTION_HANGS',
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
  let turn: Turn = { goOn: Promise.resolve(true), limit: job.batchRecords ?? BATCH_RECORDS, ahead: null }
  const packers = new Packers()
  /** All before it have their outcome. */
  let done = 0
  let failures = 0
  try {
    for (;;) {
      if (signal.aborted) throw new AppError('CANCELLED')
      try {
        while (items[done] && items[done]?.outcome !== 'remaining') done += 1
        const remaining = nextOf(items, done, writer === null ? Infinity : LOOKED_AHEAD * turn.limit)
        if (remaining.length === 0) {
          await turn.goOn
          return
        }
        if (writer === null) {
          writer = await openSlice(job)
          if (!(await settle(job, remaining))) return
          if (settleOnly) return
          continue
        }
        const next = await writeNext(job, writer, remaining, turn, packers)
        if (next === null) return
        turn = next
        failures = 0
      } catch (error) {
        await giveUp(writer)
        writer = null
        // What the mirror met comes first: without the store, or the lease, nothing of this slice is begun anew.
        const unmirrored = await turn.goOn.then(() => null, toAppError)
        turn = { goOn: Promise.resolve(true), limit: turn.limit, ahead: null }
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
    await turn.goOn.catch(() => undefined) // told to whoever waited for it
  }
}

/** The next records without an outcome, as many as are wanted. */
function nextOf(items: readonly ReplayItem[], from: number, most: number): ReplayItem[] {
  const found: ReplayItem[] = []
  for (let at = from; at < items.length && found.length < most; at++) {
    const item = items[at]
    if (item?.outcome === 'remaining') found.push(item)
  }
  return found
}

async function openSlice(job: SliceJob): Promise<TransactionalWriter> {
  const { cluster, transactionalId, sourceTopicId, signal } = job
  const partition = ledgerPartitionOf(sourceTopicId, job.partition, job.ledgerPartitions)
  try {
    const writer = await cluster.openWriter(transactionalId, { signal })
    return await carefulWriter(writer, cluster, signal, [{ topic: LEDGER_TOPIC, partition }])
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
  const keyHead = ledgerKeyHead(job.ledgerId, partition)
  const found = new Map<bigint, LedgerEntry[]>()
  await readLedger(
    cluster,
    fetcher,
    start.partition,
    { from: start.from, until: ends.get(start.partition)?.offset ?? 0n },
    record => record.key?.includes(keyHead) === true,
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
type Packed = { batch: Batch<PackedRecord>; packer: RecordPacker }
type Ahead = { first: ReplayItem; packed: Promise<Packed> }
/**
 * `goOn`: the mirror of the last transaction, written while the next one is read; that one is not written before
 * it is known to go on.
 */
type Turn = { goOn: Promise<boolean>; limit: number; ahead: Ahead | null }

/** Memory for a transaction's records, used again: fresh memory costs as much as what is written into it. */
class Packers {
  readonly #free: RecordPacker[] = []

  take(): RecordPacker {
    return this.#free.pop() ?? new RecordPacker()
  }

  giveBack(packer: RecordPacker): void {
    packer.reset()
    this.#free.push(packer)
  }
}

async function collect(
  job: SliceJob,
  items: readonly ReplayItem[],
  bytesMax: number,
  packer: RecordPacker,
): Promise<Packed> {
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
  const source = { fetcher, cluster, topic, partition, stamp, making, bytesMax, now, signal }
  return { batch: await collectBatch(source, items, asPacked(packer)), packer }
}

/** Does it wait for tokens? */
export const isThrottled = ({ bucket, byteBucket }: Pick<SliceJob, 'bucket' | 'byteBucket'>): boolean =>
  bucket !== unlimited || byteBucket !== unlimited

/** Only at full speed: a throttled replay has the time, and its next batch is as large as its tokens allow. */
function readAhead(job: SliceJob, items: readonly ReplayItem[], packers: Packers): Ahead | null {
  const [first] = items
  if (!first || isThrottled(job)) return null
  const packed = collect(job, items, BATCH_BYTES, packers.take())
  // Its failure is told to whoever takes it; nobody may, when the transaction before it fails.
  packed.catch(() => undefined)
  return { first, packed }
}

/**
 * One transaction, if `goOn` says so; null: it does not. A record that its target rejects is found by
 * halving, and fails alone.
 */
async function writeNext(
  job: SliceJob,
  writer: TransactionalWriter,
  remaining: readonly ReplayItem[],
  { limit, ahead, goOn }: Turn,
  packers: Packers,
): Promise<Turn | null> {
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
  const { batch, packer } = await (isAhead ? ahead.packed : collect(job, wanted, bytesMax, packers.take()))
  const { ready, gone, unfit, bytes } = batch
  job.bucket.giveBack(granted - ready.length)
  job.byteBucket.giveBack(bytesMax - bytes)
  if (!(await goOn)) return null
  for (const item of gone) markFailed(item, 'RECORD_EXPIRED', now())
  for (const item of unfit) markFailed(item, 'EDIT_FAILED', now())
  const changed = [...gone, ...unfit]
  let next = Math.min(job.batchRecords ?? BATCH_RECORDS, limit * 2)
  const after = remaining.slice(ready.length + changed.length).slice(0, next)
  let following = readAhead(job, after, packers)
  if (ready.length > 0) {
    try {
      const offsets = await commitBatch(job, writer, ready, packer)
      packers.giveBack(packer)
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
  ready: readonly Ready<PackedRecord>[],
  packer: RecordPacker,
): Promise<bigint[]> {
  const { replay, sourceTopicId, partition, ledgerId: topicId, signal } = job
  const places = Map.groupBy(ready.keys(), at => ready[at]?.topic ?? '')
  const topics = await lookAtTargets(job.cluster, job.planned, places.keys(), signal)
  const offsets = new Array<bigint>(ready.length).fill(-1n)
  const sends = [...places].map(async ([topic, list]) => {
    const placed = await writer.send(
      topic,
      list.flatMap(at => ready[at]?.record ?? []),
    )
    for (const [index, at] of list.entries()) offsets[at] = placed[index] ?? -1n
  })
  // All of them: nothing may be under way any more when the transaction is ended.
  const settled = await Promise.allSettled(sends)
  const bad = settled.find(one => one.status === 'rejected')
  if (bad) throw bad.reason
  const atMs = job.now()
  const ledgerPartition = ledgerPartitionOf(sourceTopicId, partition, job.ledgerPartitions)
  const topicIds = new Map([...topics].map(([topic, one]) => [topic, one.ok ? one.value.topicId : null]))
  const textsOf = ledgerTexts({ topicId, partition, replay, atMs })
  const entries = ready.map(({ topic, record, item: { offset, count }, origin }, at) => {
    const target = { topic, partition: record.partition, offset: offsets[at] ?? -1n }
    const texts = textsOf({ offset, target, targetTopicId: topicIds.get(topic) ?? null, count, origin })
    return packer.packText({ ...texts, partition: ledgerPartition, timestampMs: atMs })
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
