import { AppError, isErrorCode } from '@/lib/errors'
import type { Fetcher, KafkaCluster, LogRecord } from '@/server/kafka/port'
import { findHanging } from './hanging-transaction'
import { LEDGER_TOPIC, type LedgerEntry, readLedgerRecord } from './ledger'

const FETCH_BYTES = 2 * 1024 * 1024
/**
 * A crashed owner of another slice holds the ledger's last stable offset back until its coordinator ends its
 * transaction.
 */
const STABLE_WAIT_MS = 40_000
/** So often it is asked meanwhile whether the one that is waited for will ever end. */
const HANGING_LOOK_MS = 5_000
const YIELD_EVERY = 2_000

/** Ends by partition, and under which leader; -1: the broker does not say. */
export type LedgerEnds = Map<number, { offset: bigint; leaderEpoch: number }>

/** The last stable (or the very last) offset of each ledger partition. Throws when one does not answer. */
export async function ledgerEnds(
  cluster: KafkaCluster,
  partitions: readonly number[],
  isolation: 'read_committed' | 'read_uncommitted',
  signal: AbortSignal,
): Promise<LedgerEnds> {
  const asked = partitions.map(partition => ({ topic: LEDGER_TOPIC, partition }))
  const answers = await cluster.listOffsets(asked, 'latest', { isolation, signal })
  const ends: LedgerEnds = new Map()
  for (const { partition, answer } of answers) {
    if (!answer.ok) throw problemError(answer.problem.code, partition)
    const { offset, leaderEpoch } = answer.value
    ends.set(partition, { offset, leaderEpoch })
  }
  for (const partition of partitions) {
    if (!ends.has(partition)) throw problemError('LEADER_UNAVAILABLE', partition)
  }
  return ends
}

/**
 * Hands committed entries of one ledger partition from `from` up to `until` to `onEntry`; `mayConcern` looks
 * at the bytes first, since most of a ledger is about other topics. Waits for transactions that are open
 * before `until`, so that nothing committed before it is missed: the last stable offset alone may stand
 * before records of ours while a stranger's transaction is open. Throws TRANSACTION_HANGS where one will never
 * end, LEADER_UNAVAILABLE, TIMED_OUT, ... and CANCELLED.
 */
export async function readLedger(
  cluster: KafkaCluster,
  fetcher: Fetcher,
  partition: number,
  range: { from: bigint; until: bigint },
  mayConcern: (record: LogRecord) => boolean,
  onEntry: (entry: LedgerEntry) => void,
  signal: AbortSignal,
): Promise<void> {
  let position = range.from
  let seen = 0
  const giveUpAt = performance.now() + STABLE_WAIT_MS
  let lookAt = performance.now() + HANGING_LOOK_MS
  while (position < range.until) {
    if (signal.aborted) throw new AppError('CANCELLED')
    const [answered] = await fetcher.fetch({
      topic: LEDGER_TOPIC,
      positions: [{ partition, offset: position, maxBytes: FETCH_BYTES }],
      isolation: 'read_committed',
      maxWaitMs: 250,
      maxBytes: FETCH_BYTES,
    })
    const answer = answered?.answer
    if (!answer) throw problemError('LEADER_UNAVAILABLE', partition)
    if (!answer.ok) {
      if (answer.problem.code !== 'OFFSET_OUT_OF_RANGE') throw problemError(answer.problem.code, partition)
      // Retention took the beginning: what is left is all there is to know.
      const start = await logStart(cluster, partition, signal)
      if (start <= position) return
      position = start
      continue
    }
    for (const record of answer.value.records) {
      const entry = record.offset < range.until && mayConcern(record) ? readLedgerRecord(record) : null
      if (entry) onEntry(entry)
      seen += 1
      if (seen % YIELD_EVERY === 0) await new Promise(resolve => setImmediate(resolve))
    }
    if (answer.value.nextOffset > position) {
      position = answer.value.nextOffset
      continue
    }
    if (performance.now() > lookAt) {
      const hanging = await findHanging(cluster, { topic: LEDGER_TOPIC, partition }, signal)
      if (hanging) throw hanging
      lookAt = performance.now() + HANGING_LOOK_MS
    }
    if (performance.now() > giveUpAt) throw problemError('TIMED_OUT', partition)
  }
}

async function logStart(cluster: KafkaCluster, partition: number, signal: AbortSignal): Promise<bigint> {
  const [found] = await cluster.listOffsets([{ topic: LEDGER_TOPIC, partition }], 'earliest', { signal })
  if (!found) throw problemError('LEADER_UNAVAILABLE', partition)
  if (!found.answer.ok) throw problemError(found.answer.problem.code, partition)
  return found.answer.value.offset
}

const problemError = (code: string, partition: number) =>
  new AppError(isErrorCode(code) ? code : 'KAFKA_ERROR', { params: { topic: LEDGER_TOPIC, partition } })
