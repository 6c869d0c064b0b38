/** An answer whose counts and lengths don't fit its bytes. */
export class UnreadableAnswer extends Error {}

/** A cursor over one flat answer in Kafka's flexible encoding; every step stays inside the bytes. */
export class FlatCursor {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Of the next byte. */
  get at(): number {
    return this.#at
  }

  skip(count: number): void {
    this.#at += count
    if (this.#at > this.#bytes.length) throw new UnreadableAnswer()
  }

  uvarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new UnreadableAnswer()
      value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
    throw new UnreadableAnswer()
  }

  /** Items of a compact array; each takes at least `itemBytes`. */
  count(itemBytes: number): number {
    const count = this.uvarint() - 1
    if (count < 0) return 0
    if (count * itemBytes > this.#bytes.length - this.#at) throw new UnreadableAnswer()
    return count
  }

  /** Topic names are ASCII by Kafka's rule, so `latin1` reads them right and fast; group ids may be anything. */
  string(encoding: 'latin1' | 'utf8'): string {
    const length = this.uvarint() - 1
    if (length <= 0) return ''
    const from = this.#at
    this.skip(length)
    return this.#bytes.toString(encoding, from, this.#at)
  }

  skipString(): void {
    const length = this.uvarint() - 1
    if (length > 0) this.skip(length)
  }

  int16(): number {
    const at = this.#at
    this.skip(2)
    return this.#bytes.readInt16BE(at)
  }

  int32(): number {
    const at = this.#at
    this.skip(4)
    return this.#bytes.readInt32BE(at)
  }

  /** The 64 bits that were just read, all of them. */
  lastInt64(): bigint {
    return this.#bytes.readBigInt64BE(this.#at - 8)
  }

  /** As a double: exact up to 2^53. */
  int64(): number {
    const at = this.#at
    this.skip(8)
    return this.#bytes.readInt32BE(at) * 4294967296 + this.#bytes.readUInt32BE(at + 4)
  }

  tags(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint()
      this.skip(this.uvarint())
    }
  }
}
