/**
 * What a classic consumer's member writes into the group: its subscription and its assignment
 * (ConsumerProtocolSubscription / ConsumerProtocolAssignment, v0-v3). The bytes are a client's, not the broker's:
 * anything may be in them, and nothing in them can hurt.
 */
export type Assigned = { topic: string; partitions: number[] }

/** Nobody is assigned more; a length above is a lie. */
const MAX_ITEMS = 200_000

class Cursor {
  #at = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  int16(): number {
    const value = this.#bytes.readInt16BE(this.#at)
    this.#at += 2
    return value
  }

  int32(): number {
    const value = this.#bytes.readInt32BE(this.#at)
    this.#at += 4
    return value
  }

  /** A count whose items, at `itemBytes` or more each, fit into what is left. */
  count(itemBytes: number): number {
    const count = this.int32()
    if (count < 0) return 0
    if (count > MAX_ITEMS || count * itemBytes > this.#bytes.length - this.#at) throw new RangeError('count')
    return count
  }

  string(): string {
    const length = this.int16()
    if (length < 0) return ''
    if (length > this.#bytes.length - this.#at) throw new RangeError('string')
    const text = this.#bytes.toString('utf8', this.#at, this.#at + length)
    this.#at += length
    return text
  }
}

function tolerant<T>(bytes: Buffer, read: (cursor: Cursor) => T, otherwise: T): T {
  if (bytes.length < 2) return otherwise
  try {
    return read(new Cursor(bytes))
  } catch (error) {
    if (error instanceof RangeError) return otherwise
    throw error
  }
}

/** Topics a member subscribed to, sorted; empty for bytes that are no subscription. */
export function decodeSubscription(bytes: Buffer): string[] {
  return tolerant(
    bytes,
    cursor => {
      if (cursor.int16() < 0) return []
      const topics: string[] = []
      for (let left = cursor.count(2); left > 0; left--) topics.push(cursor.string())
      // What follows (user data, owned partitions, generation, rack) isn't shown.
      return topics.sort()
    },
    [],
  )
}

/** Partitions by topic that the group's leader gave a member; empty for bytes that are no assignment. */
export function decodeAssignment(bytes: Buffer): Assigned[] {
  return tolerant(
    bytes,
    cursor => {
      if (cursor.int16() < 0) return []
      const assigned: Assigned[] = []
      for (let left = cursor.count(6); left > 0; left--) {
        const topic = cursor.string()
        const partitions: number[] = []
        for (let more = cursor.count(4); more > 0; more--) partitions.push(cursor.int32())
        assigned.push({ topic, partitions: partitions.sort((a, b) => a - b) })
      }
      return assigned.sort((a, b) => (a.topic < b.topic ? -1 : 1))
    },
    [],
  )
}
