import type { BatchInfo } from '../port'
import { compressionOf } from './codecs/inflate'
import { CorruptBatch, type Corruption, corruptionOf } from './corrupt-batch'

const HEADER_BYTES = 61
/** baseOffset and length: what stands before the counted part of a batch, in every format. */
const PREFIX_BYTES = 12

/**
 * One batch (or, of the formats before Kafka 0.11, one wrapper message) inside a fetched buffer: header read,
 * records untouched.
 */
export type BatchView = {
  info: BatchInfo
  magic: 0 | 1 | 2
  /** A codec that nobody knows: the batch can't be opened, but what stands behind it can be read. */
  unknownCodec: number | null
  /** A transaction marker: never shown. */
  control: boolean
  timestampType: 'CreateTime' | 'LogAppendTime'
  baseTimestampMs: number
  maxTimestampMs: number
  /** The whole batch, its prefix included. */
  bytes: Buffer
  /** Where the records (or the compressed records) begin in `bytes`. */
  recordsAt: number
}

export type ScannedBatches = {
  batches: BatchView[]
  /** A batch whose header makes no sense: nothing behind it can be trusted. `offset` is what it claims to begin at. */
  corrupt: ({ offset: bigint } & Corruption) | null
}

/**
 * The batch headers of a fetched buffer (kafka.apache.org, "Record Batch"), in order. A truncated last batch
 * is left out: the next fetch brings it whole. Positions come from here, before any record is decoded.
 */
export function scanBatches(buffer: Buffer): ScannedBatches {
  const batches: BatchView[] = []
  let at = 0
  while (buffer.length - at >= PREFIX_BYTES + 5) {
    const length = buffer.readInt32BE(at + 8)
    try {
      if (length < 14) throw new CorruptBatch(`batch length ${length}`)
      const end = at + PREFIX_BYTES + length
      if (end > buffer.length) break
      batches.push(readHeader(buffer.subarray(at, end)))
      at = end
    } catch (error) {
      if (!(error instanceof CorruptBatch)) throw error
      return { batches, corrupt: { offset: buffer.readBigInt64BE(at), ...corruptionOf(error) } }
    }
  }
  return { batches, corrupt: null }
}

/** The offset that follows a batch: where to fetch next, whatever compaction removed from its end. */
export function offsetAfter(batch: BatchView): bigint {
  return batch.info.lastOffset + 1n
}

function readHeader(bytes: Buffer): BatchView {
  const magic = bytes[16]
  if (magic === 0 || magic === 1) return readOldHeader(bytes, magic)
  if (magic !== 2) throw new CorruptBatch(`unknown format ${magic}`, 'format')
  if (bytes.length < HEADER_BYTES) throw new CorruptBatch('batch shorter than its header')
  const baseOffset = bytes.readBigInt64BE(0)
  const attributes = bytes.readInt16BE(21)
  const lastOffsetDelta = bytes.readInt32BE(23)
  const recordCount = bytes.readInt32BE(57)
  if (baseOffset < 0n || lastOffsetDelta < 0 || recordCount < 0)
    throw new CorruptBatch('negative number in header')
  return {
    info: {
      baseOffset,
      lastOffset: baseOffset + BigInt(lastOffsetDelta),
      leaderEpoch: bytes.readInt32BE(12),
      compression: compressionOf(attributes) ?? 'none',
      transactional: (attributes & 0x10) !== 0,
      aborted: false,
      undecided: false,
      producerId: bytes.readBigInt64BE(43),
      producerEpoch: bytes.readInt16BE(51),
      baseSequence: bytes.readInt32BE(53),
      recordCount,
    },
    magic,
    unknownCodec: unknownCodecOf(attributes),
    control: (attributes & 0x20) !== 0,
    timestampType: attributes & 0x08 ? 'LogAppendTime' : 'CreateTime',
    baseTimestampMs: Number(bytes.readBigInt64BE(27)),
    maxTimestampMs: Number(bytes.readBigInt64BE(35)),
    bytes,
    recordsAt: HEADER_BYTES,
  }
}

/** Message formats 0 and 1: one message, or a wrapper whose offset is that of the last message inside. */
function readOldHeader(bytes: Buffer, magic: 0 | 1): BatchView {
  const attributes = bytes[17] ?? 0
  const offset = bytes.readBigInt64BE(0)
  const recordsAt = magic === 0 ? 18 : 26
  if (offset < 0n) throw new CorruptBatch('negative offset')
  if (bytes.length < recordsAt + 8) throw new CorruptBatch('message shorter than its header')
  const timestampMs = magic === 0 ? -1 : Number(bytes.readBigInt64BE(18))
  return {
    info: {
      baseOffset: offset,
      lastOffset: offset,
      leaderEpoch: -1,
      compression: compressionOf(attributes) ?? 'none',
      transactional: false,
      aborted: false,
      undecided: false,
      producerId: -1n,
      producerEpoch: -1,
      baseSequence: -1,
      recordCount: 1,
    },
    magic,
    unknownCodec: unknownCodecOf(attributes),
    control: false,
    timestampType: magic === 1 && attributes & 0x08 ? 'LogAppendTime' : 'CreateTime',
    baseTimestampMs: timestampMs,
    maxTimestampMs: timestampMs,
    bytes,
    recordsAt,
  }
}

const unknownCodecOf = (attributes: number) => (compressionOf(attributes) === null ? attributes & 7 : null)
