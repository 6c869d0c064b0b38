/**
 * RecordBatch v2 to the byte (https://kafka.apache.org/documentation/#recordbatch): headers in their order
 * with duplicates, null apart from empty in keys, values and header values, CRC32C over everything after the
 * checksum. Never compressed: the broker applies the topic's own `compression.type` where it has one.
 */
import { crc32c } from '@platformatic/kafka'
import type { RecordHeader } from '../port'

export type BatchRecord = {
  key: Buffer | null
  value: Buffer | null
  headers: readonly RecordHeader[]
  timestampMs: number
}

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
/** Up to here, as names and most header values are, a loop is quicker than a call that copies. */
const SHORT_BYTES = 32

function zigzag(n: number): number {
  return n >= 0 ? n * 2 : -n * 2 - 1
}

/** Nearly all are lengths of one or two bytes: those are asked first, without a division. */
function varintBytes(n: number): number {
  let rest = zigzag(n)
  if (rest < 0x80) return 1
  if (rest < 0x4000) return 2
  let bytes = 3
  for (rest = Math.floor(rest / 0x4000); rest >= 128; rest = Math.floor(rest / 128)) bytes += 1
  return bytes
}

function writeVarint(to: Buffer, at: number, n: number): number {
  let rest = zigzag(n)
  let position = at
  while (rest >= 128) {
    const isSmall = rest <= 0x7fffffff
    to[position] = (isSmall ? rest & 127 : rest % 128) | 128
    position += 1
    rest = isSmall ? rest >>> 7 : Math.floor(rest / 128)
  }
  to[position] = rest
  return position + 1
}

function blobBytes(blob: Buffer | null): number {
  return blob === null ? 1 : varintBytes(blob.length) + blob.length
}

function writeBlob(to: Buffer, at: number, blob: Buffer | null): number {
  if (blob === null) return writeVarint(to, at, -1)
  const { length } = blob
  const start = writeVarint(to, at, length)
  if (length > SHORT_BYTES) to.set(blob, start)
  else for (let i = 0; i < length; i++) to[start + i] = blob[i] ?? 0
  return start + length
}

function bodyBytes(record: BatchRecord, timestampDelta: number, index: number): number {
  let bytes =
    1 +
    varintBytes(timestampDelta) +
    varintBytes(index) +
    blobBytes(record.key) +
    blobBytes(record.value) +
    varintBytes(record.headers.length)
  for (const header of record.headers) bytes += blobBytes(header.name) + blobBytes(header.value)
  return bytes
}

/** At most this many bytes one record takes in a batch; for cutting batches before they are encoded. */
export function recordBytesMax(record: BatchRecord): number {
  const body = bodyBytes(record, EXACT, 0x7fffffff)
  return body + varintBytes(body)
}

/**
 * One batch of at least one record, its base offset 0 as a producer sends it. Timestamps are whole
 * milliseconds; deltas count from the first record's, so any order is kept. RangeError for none, or for times
 * too far apart to be written exactly.
 */
export function encodeBatch(records: readonly BatchRecord[], producer?: BatchProducer): Buffer {
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

  const batch = Buffer.allocUnsafe(total)
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
  records.forEach((record, index) => {
    at = writeVarint(batch, at, sizes[index] ?? 0)
    batch[at] = 0
    at = writeVarint(batch, at + 1, record.timestampMs - base)
    at = writeVarint(batch, at, index)
    at = writeBlob(batch, at, record.key)
    at = writeBlob(batch, at, record.value)
    at = writeVarint(batch, at, record.headers.length)
    for (const header of record.headers) {
      at = writeBlob(batch, at, header.name)
      at = writeBlob(batch, at, header.value)
    }
  })
  batch.writeUInt32BE(crc32c(batch.subarray(21)) >>> 0, 17)
  return batch
}
