/**
 * A log in memory that answers as a broker does, for tests of reading: batches, limits in bytes, gaps. Never
 * imported by the product.
 */
import type { BatchInfo, FetchedPartition, Fetcher, LogRecord } from '@/server/kafka/port'

export type ModelBatch = {
  records: { offset: bigint; timestampMs: number; bytes: number }[]
  lastOffset: bigint
  broken?: boolean
}
export type ModelPartition = { start: bigint; end: bigint; batches: ModelBatch[] }

const INFO: BatchInfo = {
  baseOffset: 0n,
  lastOffset: 0n,
  leaderEpoch: 0,
  compression: 'none',
  transactional: false,
  aborted: false,
  undecided: false,
  producerId: -1n,
  producerEpoch: -1,
  baseSequence: -1,
  recordCount: 1,
}

/**
 * Fills partitions in the order they are asked for: whole batches up to both limits, but the very first one
 * whatever its size (KIP-74). `fetches` and `bytes` count what was asked of it.
 */
export class ModelFetcher implements Fetcher {
  fetches = 0
  bytes = 0
  readonly #partitions: ReadonlyMap<number, ModelPartition>

  constructor(partitions: ReadonlyMap<number, ModelPartition>) {
    this.#partitions = partitions
  }

  async fetch(request: Parameters<Fetcher['fetch']>[0]): Promise<FetchedPartition[]> {
    this.fetches++
    let left = request.maxBytes ?? Number.POSITIVE_INFINITY
    let first = true
    return request.positions.map(({ partition, offset, maxBytes = Number.POSITIVE_INFINITY }) => {
      const log = this.#partitions.get(partition)
      if (log === undefined || offset < log.start || offset > log.end) return outOfRange(partition, log)
      let room = Math.min(maxBytes, left)
      let bytes = 0
      let nextOffset = offset
      const records: LogRecord[] = []
      for (const batch of log.batches) {
        if (batch.lastOffset < offset) continue
        const size = 61 + batch.records.reduce((sum, record) => sum + record.bytes, 0)
        if (size > room && !first) break
        if (batch.broken) {
          if (bytes === 0) return broken(partition, offset, batch.lastOffset + 1n)
          break
        }
        first = false
        bytes += size
        room -= size
        nextOffset = batch.lastOffset + 1n
        const from = request.wholeBatches ? 0n : offset
        for (const record of batch.records)
          if (record.offset >= from) records.push(toRecord(partition, batch, record))
        if (room <= 0) break
      }
      left -= bytes
      this.bytes += bytes
      const { start: logStartOffset, end } = log
      const value = { records, nextOffset, highWatermark: end, lastStableOffset: end, logStartOffset, bytes }
      return { partition, answer: { ok: true, value } }
    })
  }

  close(): void {}
}

function toRecord(
  partition: number,
  { records, lastOffset }: ModelBatch,
  { offset, timestampMs }: ModelBatch['records'][number],
): LogRecord {
  const value = Buffer.alloc(0)
  const baseOffset = records[0]?.offset ?? lastOffset
  return {
    partition,
    offset,
    timestampMs,
    timestampType: 'CreateTime',
    key: null,
    value,
    headers: [],
    batch: { ...INFO, baseOffset, lastOffset, recordCount: records.length },
  }
}

function outOfRange(partition: number, log: ModelPartition | undefined): FetchedPartition {
  const params = { logStartOffset: String(log?.start ?? 0n), highWatermark: String(log?.end ?? 0n) }
  return {
    partition,
    answer: { ok: false, problem: { scope: `partition:${partition}`, code: 'OFFSET_OUT_OF_RANGE', params } },
  }
}

function broken(partition: number, offset: bigint, nextOffset: bigint): FetchedPartition {
  const params = { offset: String(offset), nextOffset: String(nextOffset) }
  return {
    partition,
    answer: { ok: false, problem: { scope: `partition:${partition}`, code: 'DECODE_FAILED', params } },
  }
}
