import { crc32 } from 'node:zlib'
import { crc32c } from '@node-rs/crc32'
import type { BatchView } from './batch-header'
import { ByteCursor } from './byte-cursor'
import { inflate } from './codecs/inflate'
import { CorruptBatch } from './corrupt-batch'
import { decodeOldMessages } from './decode-old-messages'
import { LazyRecord, type RecordHome, type RecordLayout } from './lazy-record'

/** Length, attributes, two deltas, key length, value length, header count: no record is shorter. */
const RECORD_BYTES_MIN = 7

/**
 * The records of one batch from an offset on, each checked against the bounds and sliced later; those before
 * it are only stepped over. Throws CorruptBatch: checksum, codec, a bomb, lengths that do not fit.
 */
export function decodeBatch(
  batch: BatchView,
  partition: number,
  maxInflatedBytes: number,
  fromOffset = 0n,
): LazyRecord[] {
  checkSum(batch)
  if (batch.magic !== 2)
    return decodeOldMessages(batch, partition, maxInflatedBytes).filter(one => one.offset >= fromOffset)
  const body = inflate(batch.info.compression, batch.bytes.subarray(batch.recordsAt), maxInflatedBytes)
  const count = batch.info.recordCount
  if (count * RECORD_BYTES_MIN > body.length) throw new CorruptBatch('more records than bytes')
  const home: RecordHome = { partition, batch: batch.info, body, timestampType: batch.timestampType }
  const lastDelta = Number(batch.info.lastOffset - batch.info.baseOffset)
  const appended = batch.timestampType === 'LogAppendTime'
  const cursor = new ByteCursor(body)
  const fromDelta = Number(fromOffset - batch.info.baseOffset)
  const records: LazyRecord[] = []
  let delta = -1
  for (let i = 0; i < count; i++) {
    const bytes = cursor.varint()
    if (bytes < RECORD_BYTES_MIN - 1 || bytes > cursor.left) throw new CorruptBatch('record length')
    const end = cursor.at + bytes
    cursor.skip(1)
    const timestampDelta = cursor.varlong()
    const offsetDelta = cursor.varint()
    if (offsetDelta <= delta || offsetDelta > lastDelta) throw new CorruptBatch('offset outside of its batch')
    delta = offsetDelta
    if (offsetDelta < fromDelta) cursor.at = end
    else {
      const timestampMs = appended ? batch.maxTimestampMs : batch.baseTimestampMs + timestampDelta
      records.push(new LazyRecord(home, readParts(cursor, offsetDelta, timestampMs)))
    }
    if (cursor.at !== end) throw new CorruptBatch('record length does not match')
  }
  return records
}

/** A marker's batch holds one record whose key is version and type (int16 each): type 0 ends a transaction by abort. */
export function isAbortMarker(batch: BatchView, maxInflatedBytes: number): boolean {
  const key = decodeBatch(batch, 0, maxInflatedBytes)[0]?.key
  return key !== undefined && key !== null && key.length >= 4 && key.readInt16BE(2) === 0
}

function readParts(cursor: ByteCursor, offsetDelta: number, timestampMs: number): RecordLayout {
  const keyBytes = cursor.varint()
  const keyAt = cursor.at
  if (keyBytes > 0) cursor.skip(keyBytes)
  const valueBytes = cursor.varint()
  const valueAt = cursor.at
  if (valueBytes > 0) cursor.skip(valueBytes)
  const headerCount = cursor.varint()
  const headersAt = cursor.at
  // A header takes two bytes at least; so a false count ends here before it becomes an array.
  if (headerCount < 0 || headerCount * 2 > cursor.left) throw new CorruptBatch('header count')
  for (let i = 0; i < headerCount; i++) {
    const nameBytes = cursor.varint()
    if (nameBytes < 0) throw new CorruptBatch('header without a name')
    cursor.skip(nameBytes)
    const headerBytes = cursor.varint()
    if (headerBytes > 0) cursor.skip(headerBytes)
  }
  return { offsetDelta, timestampMs, keyAt, keyBytes, valueAt, valueBytes, headersAt, headerCount }
}

/**
 * Throws CorruptBatch when the bytes are not those that were written (CRC32C, in old formats CRC32), or
 * packed by nobody knows what.
 */
export function checkSum({ magic, bytes, unknownCodec }: BatchView): void {
  const [at, actual] = magic === 2 ? [17, crc32c(bytes.subarray(21))] : [12, crc32(bytes.subarray(16))]
  if (bytes.readUInt32BE(at) !== actual) throw new CorruptBatch('checksum', 'checksum')
  if (unknownCodec !== null) throw new CorruptBatch(`unknown codec ${unknownCodec}`, 'codec')
}
