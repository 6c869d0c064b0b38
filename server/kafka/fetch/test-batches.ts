/** Writes record batches as a test wants them, wrong ones too. Never imported by the product. */
import { crc32, gzipSync, zstdCompressSync } from 'node:zlib'
import { crc32c } from '@node-rs/crc32'
import { lz4Compress, snappyCompress } from '@platformatic/wasm-utils'
import type { BatchInfo } from '../port'

export type TestRecord = {
  offset: bigint
  timestampMs: number
  key: Buffer | null
  value: Buffer | null
  headers: { name: Buffer; value: Buffer | null }[]
}

export type TestBatch = {
  records: TestRecord[]
  baseOffset?: bigint
  lastOffset?: bigint
  compression?: BatchInfo['compression'] | 'xerial'
  appendTimeMs?: number
  transactional?: boolean
  control?: boolean
  producerId?: bigint
  /** Instead of the encoded records. */
  body?: Buffer
}

const CODECS = { none: 0, gzip: 1, snappy: 2, xerial: 2, lz4: 3, zstd: 4 } as const

const EMPTY_LZ4 = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 0, 0, 0, 0])

export function record(offset: number | bigint, over: Partial<TestRecord> = {}): TestRecord {
  const value = Buffer.from(`value ${offset}`)
  return {
    offset: BigInt(offset),
    timestampMs: 1_700_000_000_000 + Number(offset),
    key: null,
    value,
    headers: [],
    ...over,
  }
}

export function varint(value: number | bigint): Buffer {
  const number = BigInt(value)
  const bytes: number[] = []
  let rest = number >= 0n ? number * 2n : -number * 2n - 1n
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}

const sized = (bytes: Buffer | null): Buffer =>
  bytes === null ? varint(-1) : Buffer.concat([varint(bytes.length), bytes])

function encodeRecord(one: TestRecord, baseOffset: bigint, baseTimestampMs: number): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(one.timestampMs - baseTimestampMs),
    varint(one.offset - baseOffset),
    sized(one.key),
    sized(one.value),
    varint(one.headers.length),
    ...one.headers.flatMap(header => [sized(header.name), sized(header.value)]),
  ])
  return Buffer.concat([varint(body.length), body])
}

export function compress(compression: NonNullable<TestBatch['compression']>, body: Buffer): Buffer {
  switch (compression) {
    case 'none':
      return body
    case 'gzip':
      return gzipSync(body)
    case 'zstd':
      return zstdCompressSync(body)
    // The library's wasm fails on empty input once its memory has grown.
    case 'lz4':
      return body.length === 0 ? EMPTY_LZ4 : lz4Compress(body)
    case 'snappy':
      return body.length === 0 ? Buffer.from([0]) : snappyCompress(body)
    case 'xerial':
      return xerial(body)
  }
}

/** snappy-java's frame: a head of 16 bytes, then blocks with their lengths. */
function xerial(body: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])]
  for (let at = 0; at < body.length; at += 100) {
    const block = snappyCompress(body.subarray(at, at + 100))
    const length = Buffer.alloc(4)
    length.writeInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

export function encodeBatch(batch: TestBatch): Buffer {
  const { records, compression = 'none' } = batch
  const baseOffset = batch.baseOffset ?? records[0]?.offset ?? 0n
  const lastOffset = batch.lastOffset ?? records.at(-1)?.offset ?? baseOffset
  const baseTimestampMs = records[0]?.timestampMs ?? 0
  const plain = Buffer.concat(records.map(one => encodeRecord(one, baseOffset, baseTimestampMs)))
  const body = batch.body ?? compress(compression, plain)
  const head = Buffer.alloc(61)
  head.writeBigInt64BE(baseOffset, 0)
  head.writeInt32BE(body.length + 49, 8)
  head.writeInt32BE(3, 12)
  head[16] = 2
  const flags =
    (batch.appendTimeMs === undefined ? 0 : 8) | (batch.transactional ? 16 : 0) | (batch.control ? 32 : 0)
  head.writeInt16BE(CODECS[compression] | flags, 21)
  head.writeInt32BE(Number(lastOffset - baseOffset), 23)
  head.writeBigInt64BE(BigInt(baseTimestampMs), 27)
  head.writeBigInt64BE(BigInt(batch.appendTimeMs ?? Math.max(...records.map(one => one.timestampMs), 0)), 35)
  head.writeBigInt64BE(batch.producerId ?? -1n, 43)
  head.writeInt16BE(batch.producerId === undefined ? -1 : 0, 51)
  head.writeInt32BE(batch.producerId === undefined ? -1 : 0, 53)
  head.writeInt32BE(records.length, 57)
  return sealBatch(Buffer.concat([head, body]))
}

/** Writes the right checksum over whatever stands behind it. */
export function sealBatch(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
  return batch
}

/** The marker that ends a transaction: version, type (0 abort, 1 commit). */
export function marker(offset: bigint, producerId: bigint, type: 'abort' | 'commit'): Buffer {
  const key = Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1])
  const records = [record(offset, { key, value: Buffer.alloc(6) })]
  return encodeBatch({ records, producerId, transactional: true, control: true })
}

/** A message of format 0 or 1. */
export function encodeOldMessage(
  magic: 0 | 1,
  one: {
    offset: bigint
    timestampMs?: number
    key: Buffer | null
    value: Buffer | null
    attributes?: number
  },
): Buffer {
  const part = (bytes: Buffer | null) => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(bytes === null ? -1 : bytes.length)
    return bytes === null ? length : Buffer.concat([length, bytes])
  }
  const timestamp = Buffer.alloc(magic === 1 ? 8 : 0)
  if (magic === 1) timestamp.writeBigInt64BE(BigInt(one.timestampMs ?? -1))
  const checked = Buffer.concat([
    Buffer.from([magic, one.attributes ?? 0]),
    timestamp,
    part(one.key),
    part(one.value),
  ])
  const head = Buffer.alloc(16)
  head.writeBigInt64BE(one.offset, 0)
  head.writeInt32BE(checked.length + 4, 8)
  head.writeUInt32BE(crc32(checked), 12)
  return Buffer.concat([head, checked])
}
