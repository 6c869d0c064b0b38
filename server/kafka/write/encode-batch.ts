/**
 * RecordBatch v2 to the byte (https://kafka.apache.org/documentation/#recordbatch): headers in their order
 * with duplicates, null apart from empty in keys, values and header values, CRC32C over everything after the
 * checksum. Never compressed: the broker applies the topic's own `compression.type` where it has one.
 */
import { crc32c } from '@node-rs/crc32'
import type { OutgoingRecord, PackedRecord } from '../port'
import type { BatchMemory } from './batch-memory'
import { RecordPacker } from './record-packer'
import { varintBytes, writeVarint } from './varint'

export type BatchRecord = Omit<OutgoingRecord, 'partition'>

/** Who writes. Without: a plain batch. `baseSequence` counts records of one partition within one producer epoch. */
export type BatchProducer = {
  producerId: bigint
  producerEpoch: number
  baseSequence: number
  transactional: boolean
}

export const BATCH_HEADER_BYTES = 61
const MAGIC = 2
const TRANSACTIONAL = 16
/** Up to here `2n` is exact in a double. */
const EXACT = 2 ** 51

/** What of a packed record a batch looks at. */
type Payload = Pick<PackedRecord, 'timestampMs' | 'bytes' | 'from' | 'to'>

/** Attributes, timestamp delta, offset delta, and what is packed. */
const bodyBytes = ({ from, to }: Payload, timestampDelta: number, index: number): number =>
  1 + varintBytes(timestampDelta) + varintBytes(index) + to - from

/** At most this many bytes one record takes in a batch; for cutting batches before they are encoded. */
export function recordBytesMax(record: Payload): number {
  const body = bodyBytes(record, EXACT, 0x7fffffff)
  return body + varintBytes(body)
}

/** As `encodePacked`, of records as they are. */
export function encodeBatch(records: readonly BatchRecord[], producer?: BatchProducer): Buffer {
  const packer = new RecordPacker()
  return encodePacked(
    records.map(record => packer.pack({ ...record, partition: 0 })),
    producer,
  )
}

/**
 * One batch of at least one record, its base offset 0 as a producer sends it. Timestamps are whole milliseconds;
 * deltas count from the first record's, so any order is kept. `memory`: where the caller has some for it.
 * RangeError for none, or for times too far apart to be written exactly.
 */
export function encodePacked(
  records: readonly Payload[],
  producer?: BatchProducer,
  memory?: BatchMemory,
): Buffer {
  const first = records[0]
  if (!first) throw new RangeError('a batch holds at least one record')
  const base = first.timestampMs
  let newest = base
  let total = BATCH_HEADER_BYTES
  const sizes = new Int32Array(records.length)
  records.forEach((record, index) => {
    const delta = record.timestampMs - base
    if (!Number.isSafeInteger(record.timestampMs) || Math.abs(delta) > EXACT)
      throw new RangeError('timestamps of one batch must be whole milliseconds within 2^51 of each other')
    if (record.timestampMs > newest) newest = record.timestampMs
    const body = bodyBytes(record, delta, index)
    sizes[index] = body
    total += body + varintBytes(body)
  })

  const batch = memory?.take(total) ?? Buffer.allocUnsafe(total)
  batch.writeBigInt64BE(0n, 0)
  batch.writeInt32BE(total - 12, 8)
  batch.writeInt32BE(-1, 12) // leader epoch: the broker writes it
  batch.writeInt8(MAGIC, 16)
  batch.writeInt16BE(producer?.transactional ? TRANSACTIONAL : 0, 21)
  batch.writeInt32BE(records.length - 1, 23)
  batch.writeBigInt64BE(BigInt(base), 27)
  batch.writeBigInt64BE(BigInt(newest), 35)
  batch.writeBigInt64BE(producer?.producerId ?? -1n, 43)
  batch.writeInt16BE(producer?.producerEpoch ?? -1, 51)
  batch.writeInt32BE(producer?.baseSequence ?? -1, 53)
  batch.writeInt32BE(records.length, 57)

  let at = BATCH_HEADER_BYTES
  records.forEach(({ timestampMs, bytes, from, to }, index) => {
    at = writeVarint(batch, at, sizes[index] ?? 0)
    batch[at] = 0
    at = writeVarint(batch, at + 1, timestampMs - base)
    at = writeVarint(batch, at, index)
    at += bytes.copy(batch, at, from, to)
  })
  batch.writeUInt32BE(crc32c(batch.subarray(21)) >>> 0, 17)
  return batch
}
