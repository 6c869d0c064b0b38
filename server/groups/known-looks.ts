/** A group that stands at `committed` with something between it and the last stable offset. */
export type Position = {
  topic: string
  topicId: string | null
  partition: number
  committed: number
  lso: number
}

/**
 * What lies at a position: nothing that a consumer would ever get (`empty`), or a record, with its time where
 * it has one.
 */
export type Look = { empty: boolean; timestampMs: number | null }

const REMEMBERED = 10_000

/**
 * What was found at a position; `look` null: it could not be looked at. That there is nothing holds only up
 * to the end that was looked at.
 */
type Known = { look: Look | null; emptyTo: number | null }
type TopicLooks = { topicId: string | null; partitions: Map<number, Map<number, Known>> }
type Place = Omit<Position, 'lso'>

/**
 * What lies at the newest ten thousand positions. By numbers inside a topic: a round asks for every partition
 * that is behind, and a key put together of text for each would cost more than the lag itself.
 */
export class KnownLooks {
  readonly #topics = new Map<string, TopicLooks>()
  /** Oldest first. */
  readonly #order = new Map<Known, Place>()

  /**
   * undefined: not looked at (yet); null: it could not be looked at, which is asked again when the position
   * moves or is forgotten.
   */
  at(
    topic: string,
    topicId: string | null,
    partition: number,
    committed: number,
    lso: number,
  ): Look | null | undefined {
    const known = this.#find(topic, topicId)?.get(partition)?.get(committed)
    if (!known || (known.emptyTo !== null && known.emptyTo !== lso)) return undefined
    return known.look
  }

  remember({ topic, topicId, partition, committed, lso }: Position, look: Look | null): void {
    const before = this.#find(topic, topicId)?.get(partition)?.get(committed)
    if (before) this.#order.delete(before)
    const known: Known = { look, emptyTo: look?.empty ? lso : null }
    const partitions = this.#partitionsOf(topic, topicId)
    const positions = partitions.get(partition) ?? new Map<number, Known>()
    partitions.set(partition, positions)
    positions.set(committed, known)
    this.#order.set(known, { topic, topicId, partition, committed })
    for (const [oldest, place] of this.#order) {
      if (this.#order.size <= REMEMBERED) break
      this.#order.delete(oldest)
      this.#drop(place)
    }
  }

  #find(topic: string, topicId: string | null) {
    const looks = this.#topics.get(topic)
    return looks && looks.topicId === topicId ? looks.partitions : undefined
  }

  /** Of another topic by the same name everything is forgotten. */
  #partitionsOf(topic: string, topicId: string | null) {
    const looks = this.#topics.get(topic)
    if (looks?.topicId === topicId) return looks.partitions
    for (const positions of looks?.partitions.values() ?? [])
      for (const known of positions.values()) this.#order.delete(known)
    const partitions: TopicLooks['partitions'] = new Map()
    this.#topics.set(topic, { topicId, partitions })
    return partitions
  }

  #drop({ topic, topicId, partition, committed }: Place): void {
    const partitions = this.#find(topic, topicId)
    const positions = partitions?.get(partition)
    positions?.delete(committed)
    if (positions?.size === 0) partitions?.delete(partition)
    if (partitions?.size === 0) this.#topics.delete(topic)
  }

  /** Positions that are remembered, for tests of the bound. */
  get size(): number {
    return this.#order.size
  }
}
