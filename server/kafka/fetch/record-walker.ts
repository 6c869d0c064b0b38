import type { LogRecord, RecordSteps } from '../port'
import { CorruptBatch } from './corrupt-batch'
import { LazyRecord, type RecordHome } from './lazy-record'

/** Length, attributes, two deltas, key length, value length, header count: no record is shorter. */
const RECORD_BYTES_MIN = 7

/**
 * The records of one decompressed batch (format 2), one after another, as numbers in fields: no object a
 * record, no bigint. Every length is checked before it is used, so that nothing outside of `body` is ever
 * read.
 */
export class RecordWalker implements RecordSteps {
  readonly body: Buffer
  start = 0
  end = 0
  timestampMs = 0
  keyAt = 0
  keyBytes = -1
  valueAt = 0
  valueBytes = -1
  headersAt = 0
  headerCount = 0
  readonly #home: RecordHome
  readonly #baseTimestampMs: number
  /** Of LogAppendTime: the same for all. */
  readonly #appendedMs: number | null
  readonly #lastDelta: number
  #left: number
  #delta = -1
  #at = 0

  constructor(home: RecordHome, times: { baseMs: number; appendedMs: number | null }) {
    this.#home = home
    this.body = home.body
    this.#baseTimestampMs = times.baseMs
    this.#appendedMs = times.appendedMs
    this.#lastDelta = Number(home.batch.lastOffset - home.batch.baseOffset)
    this.#left = home.batch.recordCount
    if (this.#left * RECORD_BYTES_MIN > home.body.length) throw new CorruptBatch('more records than bytes')
  }

  get offset(): bigint {
    return this.#home.batch.baseOffset + BigInt(this.#delta)
  }

  next(): boolean {
    if (this.#left === 0) return false
    this.#left--
    this.#at = this.end
    this.start = this.end
    this.end = this.body.length
    const bytes = this.#varint()
    if (bytes < RECORD_BYTES_MIN - 1 || bytes > this.body.length - this.#at)
      throw new CorruptBatch('record length')
    this.end = this.#at + bytes
    this.#at++
    const timestampDelta = this.#varlong()
    this.timestampMs = this.#appendedMs ?? this.#baseTimestampMs + timestampDelta
    const delta = this.#varint()
    if (delta <= this.#delta || delta > this.#lastDelta) throw new CorruptBatch('offset outside of its batch')
    this.#delta = delta
    this.keyBytes = this.#varint()
    this.keyAt = this.#at
    this.#skip(this.keyBytes)
    this.valueBytes = this.#varint()
    this.valueAt = this.#at
    this.#skip(this.valueBytes)
    this.headerCount = this.#varint()
    this.headersAt = this.#at
    if (this.headerCount !== 0) this.#skipHeaders()
    if (this.#at !== this.end) throw new CorruptBatch('record length does not match')
    return true
  }

  record(): LogRecord {
    return new LazyRecord(this.#home, {
      offsetDelta: this.#delta,
      timestampMs: this.timestampMs,
      keyAt: this.keyAt,
      keyBytes: this.keyBytes,
      valueAt: this.valueAt,
      valueBytes: this.valueBytes,
      headersAt: this.headersAt,
      headerCount: this.headerCount,
    })
  }

  #skip(bytes: number): void {
    if (bytes <= 0) return
    if (bytes > this.end - this.#at) throw new CorruptBatch('length beyond the end')
    this.#at += bytes
  }

  #skipHeaders(): void {
    // A header takes two bytes at least; so a false count ends here before anybody makes an array of it.
    if (this.headerCount < 0 || this.headerCount * 2 > this.end - this.#at)
      throw new CorruptBatch('header count')
    for (let i = 0; i < this.headerCount; i++) {
      const nameBytes = this.#varint()
      if (nameBytes < 0) throw new CorruptBatch('header without a name')
      this.#skip(nameBytes)
      this.#skip(this.#varint())
    }
  }

  /** Zigzag, 32 bits. */
  #varint(): number {
    const { body, end } = this
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.#at >= end) throw new CorruptBatch('ends too early')
      const byte = body[this.#at++] ?? 0
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1)
    }
    throw new CorruptBatch('number too long')
  }

  /** Zigzag, 64 bits, exact below 2^53. */
  #varlong(): number {
    const { body, end } = this
    let value = 0
    let scale = 1
    for (let i = 0; i < 10; i++) {
      if (this.#at >= end) throw new CorruptBatch('ends too early')
      const byte = body[this.#at++] ?? 0
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      scale *= 128
    }
    throw new CorruptBatch('number too long')
  }
}
