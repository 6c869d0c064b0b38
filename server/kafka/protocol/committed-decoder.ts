import type { ColumnsBuilder } from './committed-columns'

/** An answer whose counts and lengths don't fit its bytes. */
export class UnreadableAnswer extends Error {}

export type GroupFailure = { group: string; code: number }

/** A cursor over one flat answer in Kafka's flexible encoding; every step stays inside the bytes. */
class FlatCursor {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
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

// partition, offset, leader epoch, metadata, error, tags
const PARTITION_BYTES = 4 + 8 + 4 + 1 + 2 + 1

/** Rows of one group's topics; answers the first partition's error, 0 without one. */
function decodeTopics(cursor: FlatCursor, group: number, columns: ColumnsBuilder): number {
  let error = 0
  for (let topics = cursor.count(3); topics > 0; topics--) {
    const topic = columns.topicIndex(cursor.string('latin1'))
    for (let left = cursor.count(PARTITION_BYTES); left > 0; left--) {
      const partition = cursor.int32()
      const offset = cursor.int64()
      const huge = Number.isSafeInteger(offset) ? null : cursor.lastInt64()
      cursor.skip(4)
      cursor.skipString()
      const code = cursor.int16()
      cursor.tags()
      // An unreadable partition is not "no commit": it is left out, and the group tells why.
      if (code !== 0) error ||= code
      else if (huge !== null) columns.pushExact(group, topic, partition, huge)
      else columns.push(group, topic, partition, offset)
    }
    cursor.tags()
  }
  return error
}

/**
 * OffsetFetch v8-v10's answer for many groups into flat columns (KIP-709); answers the groups that failed,
 * wholly or in part. Throws UnreadableAnswer, with the columns as they were before.
 */
export function decodeOffsetFetch(bytes: Buffer, columns: ColumnsBuilder): GroupFailure[] {
  const before = columns.length
  try {
    const failures: GroupFailure[] = []
    const cursor = new FlatCursor(bytes)
    cursor.skip(4) // throttle time
    for (let groups = cursor.count(5); groups > 0; groups--) {
      const group = cursor.string('utf8')
      const index = columns.groupIndex(group)
      if (index < 0) throw new UnreadableAnswer()
      const error = decodeTopics(cursor, index, columns)
      const code = cursor.int16() || error
      if (code !== 0) failures.push({ group, code })
      cursor.tags()
    }
    return failures
  } catch (error) {
    columns.truncate(before)
    throw error
  }
}

/** OffsetFetch v7's answer, which is about one group and does not name it. */
export function decodeSingleOffsetFetch(
  bytes: Buffer,
  group: string,
  columns: ColumnsBuilder,
): GroupFailure[] {
  const before = columns.length
  try {
    const cursor = new FlatCursor(bytes)
    cursor.skip(4)
    const error = decodeTopics(cursor, columns.groupIndex(group), columns)
    const code = cursor.int16() || error
    return code === 0 ? [] : [{ group, code }]
  } catch (error) {
    columns.truncate(before)
    throw error
  }
}
