import { AppError } from '@/lib/errors'
import type { Fetcher, Isolation, KafkaCluster, LogRecord } from '@/server/kafka/port'
import { locateLog, type PartitionRange, toError } from './locate-log'
import { higher } from './positions'
import { readPage } from './read-page'

type Address = { topic: string; partition: number; offset: bigint }

const CHUNK_BYTES = 64 * 1024

/**
 * The record at exactly that offset, aborted ones (marked) and those of open transactions included. Throws
 * TOPIC_UNKNOWN, PARTITION_UNKNOWN, RECORD_EXPIRED (params `logStart`), OFFSET_OUT_OF_RANGE beyond the end,
 * and RECORD_UNKNOWN for a hole that compaction or a transaction marker left, with the nearest records in
 * `previous` and `next` where there are any.
 */
export async function readRecord(
  cluster: KafkaCluster,
  address: Address,
  options: { signal: AbortSignal; now: () => number },
): Promise<LogRecord> {
  const { topic, partition, offset } = address
  const about = { topic, partition, offset: offset.toString() }
  const fetcher = cluster.openFetcher({ signal: options.signal })
  try {
    // Nearly always it is there: one question to one broker. Only a committed reader is told which
    // transactions were aborted.
    const committed = await fetchOne(fetcher, address, 'read_committed')
    if (committed) return committed
    const range = await rangeOf(cluster, address, options.signal)
    const start = range.firstOffset.toString()
    if (offset < range.firstOffset)
      throw new AppError('RECORD_EXPIRED', { params: { ...about, logStart: start, start } })
    if (offset >= range.highWatermark) {
      const end = higher(range.highWatermark - 1n, range.firstOffset).toString()
      throw new AppError('OFFSET_OUT_OF_RANGE', { params: { ...about, start, end } })
    }
    // Behind the last stable offset no transaction has ended.
    const open = offset < range.lastStableOffset ? null : await fetchOne(fetcher, address, 'read_uncommitted')
    if (open) return open
    const [previous, next] = await neighbours(fetcher, address, range, options.now)
    const params = {
      ...about,
      ...(previous !== undefined && { previous: previous.toString() }),
      ...(next !== undefined && { next: next.toString() }),
    }
    throw new AppError('RECORD_UNKNOWN', { params })
  } finally {
    fetcher.close()
  }
}

async function rangeOf(
  cluster: KafkaCluster,
  { topic, partition }: Address,
  signal: AbortSignal,
): Promise<PartitionRange> {
  const isolation = 'read_uncommitted'
  const log = await locateLog(cluster, { topic, partitions: [partition], isolation, times: [], signal })
  const range = log.ranges.get(partition)
  if (range) return range
  throw log.problems[0]
    ? toError(log.problems[0])
    : new AppError('PARTITION_UNKNOWN', { params: { topic, partition } })
}

/** null where there is no such record for this reader, whatever the reason. */
async function fetchOne(fetcher: Fetcher, address: Address, isolation: Isolation): Promise<LogRecord | null> {
  const { topic, partition, offset } = address
  const [fetched] = await fetcher.fetch({
    topic,
    positions: [{ partition, offset, maxBytes: CHUNK_BYTES }],
    isolation,
    includeAborted: true,
    // What is stored comes at once: there is nothing to wait for.
    maxWaitMs: 0,
  })
  if (!fetched) return null
  if (!fetched.answer.ok) {
    const { problem } = fetched.answer
    if (problem.code === 'OFFSET_OUT_OF_RANGE') return null
    throw toError(problem)
  }
  return fetched.answer.value.records.find(record => record.offset === offset) ?? null
}

/** Offsets of the nearest records on both sides, read as anybody sees them; undefined where there is none. */
async function neighbours(
  fetcher: Fetcher,
  { topic, partition, offset }: Address,
  { firstOffset: low, highWatermark: high }: PartitionRange,
  now: () => number,
): Promise<(bigint | undefined)[]> {
  const find = async (direction: 'up' | 'down') => {
    const lane = { partition, low, high, position: offset, tail: false }
    const budget = { timeMs: 2_000, bytes: 8 * 1024 * 1024 }
    const request = {
      topic,
      direction,
      isolation: 'read_committed' as const,
      limit: 1,
      lanes: [lane],
      budget,
    }
    return (await readPage(fetcher, request, now)).records[0]?.offset
  }
  return Promise.all([find('down'), find('up')])
}
