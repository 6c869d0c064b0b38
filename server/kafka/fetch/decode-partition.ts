import type { Isolation, LogRecord } from '../port'
import { AbortedFilter, type AbortedTransaction, isUndecided } from './aborted-transactions'
import { type BatchView, offsetAfter, scanBatches } from './batch-header'
import { CorruptBatch, type Corruption, corruptionOf } from './corrupt-batch'
import { decodeBatch, isAbortMarker } from './decode-batch'

/** One batch may not become more than this when decompressed: a page must not take the server down. */
export const MAX_INFLATED_BYTES = 64 * 1024 * 1024

/**
 * What one fetch of a partition may become; its other batches wait for the next one. Zeros pack to a
 * ten-thousandth, what people write to a tenth.
 */
const UNPACKED_BYTES_LEAST = 16 * 1024 * 1024
const UNPACKED_TIMES = 32

export type DecodeRequest = {
  partition: number
  buffer: Buffer
  fetchOffset: bigint
  isolation: Isolation
  abortedTransactions: readonly AbortedTransaction[]
  includeAborted?: boolean
  /** As the broker told it with these bytes; without it no record is called undecided. */
  lastStableOffset?: bigint
  /** Records of the first batch from before `fetchOffset` too. */
  wholeBatches?: boolean
  maxInflatedBytes?: number
}

/** `nextOffset`: where reading can go on behind the broken batch; null when nobody can know. */
export type CorruptPart = { offset: bigint; nextOffset: bigint | null } & Corruption

export type DecodedPartition = {
  records: LogRecord[]
  nextOffset: bigint
  corrupt: CorruptPart | null
}

/**
 * The records of a fetched buffer from `fetchOffset` on: markers left out, aborted ones dropped (or marked),
 * gaps stepped over. Never throws for what stands in the buffer: it stops before a corrupt batch and tells.
 */
export function decodePartition(request: DecodeRequest): DecodedPartition {
  const { partition, fetchOffset } = request
  const maxBytes = request.maxInflatedBytes ?? MAX_INFLATED_BYTES
  const { batches, corrupt } = scanBatches(request.buffer)
  const filter = new AbortedFilter(knowsAborted(request) ? request.abortedTransactions : [])
  const records: LogRecord[] = []
  let nextOffset = fetchOffset
  let fromOffset = request.wholeBatches ? 0n : fetchOffset
  let left = Math.max(UNPACKED_BYTES_LEAST, request.buffer.length * UNPACKED_TIMES)
  for (const [i, batch] of batches.entries()) {
    batch.info.undecided = isUndecided(batch.info, request.lastStableOffset ?? -1n)
    try {
      const found = decodeOne(batch, partition, filter, request.includeAborted === true, maxBytes, fromOffset)
      for (const record of found) records.push(record)
      left -= found[0]?.body?.bytes.length ?? 0
    } catch (error) {
      if (!(error instanceof CorruptBatch)) throw error
      const behind = offsetBehind(batch, batches[i + 1], nextOffset)
      return {
        records,
        nextOffset,
        corrupt: { offset: startOf(batch, nextOffset), nextOffset: behind, ...corruptionOf(error) },
      }
    }
    if (offsetAfter(batch) > nextOffset) nextOffset = offsetAfter(batch)
    fromOffset = nextOffset
    if (left <= 0) return { records, nextOffset, corrupt: null }
  }
  if (corrupt === null) return { records, nextOffset, corrupt }
  return { records, nextOffset, corrupt: { ...corrupt, offset: nextOffset, nextOffset: null } }
}

/** Is anything made of the aborted transactions that a broker tells of? */
export function knowsAborted(request: Pick<DecodeRequest, 'isolation' | 'includeAborted'>): boolean {
  return request.isolation === 'read_committed' || request.includeAborted === true
}

function decodeOne(
  batch: BatchView,
  partition: number,
  filter: AbortedFilter,
  includeAborted: boolean,
  maxBytes: number,
  fromOffset: bigint,
): LogRecord[] {
  const { info } = batch
  const aborted = filter.isAborted(info)
  if (batch.control) {
    if (isAbortMarker(batch, maxBytes)) filter.endedByAbort(info.producerId)
    return []
  }
  if (aborted && !includeAborted) return []
  info.aborted = aborted
  return decodeBatch(batch, partition, maxBytes, fromOffset)
}

function startOf(batch: BatchView, atLeast: bigint): bigint {
  return batch.info.baseOffset > atLeast ? batch.info.baseOffset : atLeast
}

/** The header of a batch whose checksum failed may lie; the batch behind it, if there is one, knows better. */
function offsetBehind(batch: BatchView, next: BatchView | undefined, atLeast: bigint): bigint | null {
  const behind = next === undefined || next.magic !== 2 ? offsetAfter(batch) : next.info.baseOffset
  return behind > atLeast ? behind : null
}
