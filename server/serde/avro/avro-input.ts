import { DecodeError, endsEarly, misfit, VALUES_MAX } from '../decode-error'

/** Avro's binary encoding, read from front to back. Every read is checked against the end; counts are bounded. */
export class AvroInput {
  at: number
  readonly bytes: Buffer
  #values = 0
  /** What takes no bytes (nulls, empty records) may outnumber the bytes, not by millions. */
  readonly #most: number

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes
    this.#most = Math.min(VALUES_MAX, bytes.length * 4 + 100_000)
    this.at = at
  }

  /** Call once a value: what takes no bytes can still be endless. */
  count(): void {
    if (++this.#values > this.#most)
      throw new DecodeError(
        `more than ${this.#most} values in ${this.bytes.length} bytes`,
        'TOO_MANY_VALUES',
        {
          max: this.#most,
        },
      )
  }

  byte(): number {
    const byte = this.bytes[this.at]
    if (byte === undefined) throw this.short()
    this.at++
    return byte
  }

  /** A zigzag varint as number where it is safe, else as bigint. */
  long(): number | bigint {
    let low = 0
    let factor = 1
    // Seven bytes hold 49 bits, which a double counts exactly.
    for (let i = 0; i < 7; i++) {
      const byte = this.byte()
      low += (byte & 0x7f) * factor
      if (byte < 0x80) return low % 2 === 0 ? low / 2 : -(low + 1) / 2
      factor *= 128
    }
    let value = BigInt(low)
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return zigzag(BigInt.asUintN(64, value))
    }
    throw misfit(`a number of more than 64 bits at byte ${this.at}`, 'NUMBER_TOO_LONG', {
      bits: 64,
      at: this.at,
    })
  }

  /** A length or an index: small, or the bytes are not what they seem. */
  size(what: string): number {
    const value = this.long()
    if (typeof value === 'bigint' || value < 0 || value > 0x7fffffff)
      throw misfit(`${what} of ${value} at byte ${this.at}`, 'BAD_LENGTH', { at: this.at })
    return value
  }

  take(length: number): Buffer {
    const end = this.at + length
    if (end > this.bytes.length) throw this.short()
    const part = this.bytes.subarray(this.at, end)
    this.at = end
    return part
  }

  skip(length: number): void {
    if (this.at + length > this.bytes.length) throw this.short()
    this.at += length
  }

  float(): number {
    return this.take(4).readFloatLE(0)
  }

  double(): number {
    return this.take(8).readDoubleLE(0)
  }

  /** Items of the next block of an array or map, 0 at its end; a block that tells its size has that read over. */
  block(): number {
    const count = this.long()
    if (typeof count === 'bigint')
      throw misfit(`a block of ${count} items at byte ${this.at}`, 'BAD_LENGTH', { at: this.at })
    if (count >= 0) return count
    this.long()
    return -count
  }

  short(): DecodeError {
    return endsEarly(this.bytes.length)
  }
}

function zigzag(raw: bigint): bigint {
  return (raw >> 1n) ^ -(raw & 1n)
}
