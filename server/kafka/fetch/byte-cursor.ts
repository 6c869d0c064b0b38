import { CorruptBatch } from './corrupt-batch'

/**
 * Reads a buffer forward; every read is checked against the end, since the bytes may come from anybody who
 * may produce.
 */
export class ByteCursor {
  at: number
  readonly bytes: Buffer
  readonly end: number

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get left(): number {
    return this.end - this.at
  }

  skip(length: number): void {
    if (length < 0 || length > this.end - this.at) throw new CorruptBatch('length beyond the end')
    this.at += length
  }

  byte(): number {
    const value = this.at < this.end ? this.bytes[this.at++] : undefined
    if (value === undefined) throw new CorruptBatch('ends too early')
    return value
  }

  int16(): number {
    const from = this.at
    this.skip(2)
    return this.bytes.readInt16BE(from)
  }

  int32(): number {
    const from = this.at
    this.skip(4)
    return this.bytes.readInt32BE(from)
  }

  int64(): bigint {
    const from = this.at
    this.skip(8)
    return this.bytes.readBigInt64BE(from)
  }

  /** Unsigned LEB128 of at most 32 bits. */
  unsignedVarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw new CorruptBatch('number too long')
  }

  /** Zigzag, 32 bits: lengths and offset deltas of a record. */
  varint(): number {
    const value = this.unsignedVarint()
    return (value >>> 1) ^ -(value & 1)
  }

  /** Zigzag, 64 bits, as a number: timestamp deltas, exact below 2^53 which is beyond any date. */
  varlong(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 10; i++) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      scale *= 128
    }
    throw new CorruptBatch('number too long')
  }
}
