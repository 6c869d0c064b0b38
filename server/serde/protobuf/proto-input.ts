import { endsEarly, misfit, tooManyValues, VALUES_MAX } from '../decode-error'

/** Protobuf's wire format, read from front to back within bounds. */
export class ProtoInput {
  at: number
  readonly bytes: Buffer
  readonly end: number
  readonly budget: { values: number }

  constructor(bytes: Buffer, at: number, end = bytes.length, budget = { values: 0 }) {
    this.bytes = bytes
    this.at = at
    this.end = end
    this.budget = budget
  }

  get done(): boolean {
    return this.at >= this.end
  }

  count(): void {
    if (++this.budget.values > VALUES_MAX) throw tooManyValues(VALUES_MAX)
  }

  /** Up to 64 bits, unsigned. */
  varint(): bigint {
    let low = 0
    let factor = 1
    for (let i = 0; i < 7; i++) {
      const byte = this.#byte()
      low += (byte & 0x7f) * factor
      if (byte < 0x80) return BigInt(low)
      factor *= 128
    }
    let value = BigInt(low)
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.#byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw misfit(`a number of more than 64 bits at byte ${this.at}`, 'NUMBER_TOO_LONG', {
      bits: 64,
      at: this.at,
    })
  }

  tag(): { number: number; wire: number } {
    const tag = Number(this.varint())
    const number = Math.floor(tag / 8)
    if (number < 1 || number > 536_870_911)
      throw misfit(`a field of number ${number} at byte ${this.at}`, 'BAD_FIELD', { at: this.at })
    return { number, wire: tag % 8 }
  }

  take(length: number): Buffer {
    if (length > this.end - this.at) throw endsEarly(this.end)
    const part = this.bytes.subarray(this.at, this.at + length)
    this.at += length
    return part
  }

  /** The bytes of a length-delimited value. */
  chunk(): Buffer {
    return this.take(this.#length())
  }

  /** A length-delimited value as an input of its own. */
  inner(): ProtoInput {
    const length = this.#length()
    const from = this.at
    this.take(length)
    return new ProtoInput(this.bytes, from, from + length, this.budget)
  }

  #length(): number {
    const length = this.varint()
    if (length > 0x7fffffffn)
      throw misfit(`a length of ${length} at byte ${this.at}`, 'BAD_LENGTH', { at: this.at })
    return Number(length)
  }

  #byte(): number {
    const byte = this.at < this.end ? this.bytes[this.at] : undefined
    if (byte === undefined) throw endsEarly(this.end)
    this.at++
    return byte
  }
}
