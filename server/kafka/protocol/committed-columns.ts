import type { Problem } from '@/lib/contracts/common'
import type { CommittedColumns } from '../port'

const LEAST_ROOM = 256

/** Grows flat columns row by row; a chunk that turns out unreadable half-way is taken back. */
export class ColumnsBuilder {
  readonly groups: string[]
  readonly topics: string[] = []
  readonly failed = new Map<string, Problem>()
  readonly #groupIndex: Map<string, number>
  readonly #topicIndex = new Map<string, number>()
  #group: Int32Array
  #topic: Int32Array
  #partition: Int32Array
  #offset: Float64Array
  #lag: Float64Array | null
  readonly #huge = new Map<number, bigint>()
  #length = 0

  /** `room`: so many rows before it has to grow. */
  constructor(groups: string[], withLag: boolean, room = LEAST_ROOM) {
    this.groups = groups
    const rows = Math.max(room, LEAST_ROOM)
    this.#group = new Int32Array(rows)
    this.#topic = new Int32Array(rows)
    this.#partition = new Int32Array(rows)
    this.#offset = new Float64Array(rows)
    this.#groupIndex = new Map(groups.map((group, index) => [group, index]))
    this.#lag = withLag ? new Float64Array(rows) : null
  }

  get length(): number {
    return this.#length
  }

  /** Back to an earlier length. */
  truncate(length: number): void {
    this.#length = length
    for (const row of this.#huge.keys()) if (row >= length) this.#huge.delete(row)
  }

  /** -1 for a group that nobody asked about. */
  groupIndex(group: string): number {
    return this.#groupIndex.get(group) ?? -1
  }

  topicIndex(topic: string): number {
    let index = this.#topicIndex.get(topic)
    if (index === undefined) {
      index = this.topics.push(topic) - 1
      this.#topicIndex.set(topic, index)
    }
    return index
  }

  push(group: number, topic: number, partition: number, offset: number, lag = Number.NaN): void {
    const at = this.#length
    if (at === this.#group.length) this.#grow()
    this.#group[at] = group
    this.#topic[at] = topic
    this.#partition[at] = partition
    this.#offset[at] = offset
    if (this.#lag) this.#lag[at] = lag
    this.#length = at + 1
  }

  /** Any 64 bits: what is beyond 2^53 is kept beside the columns. */
  pushExact(group: number, topic: number, partition: number, offset: bigint, lag = Number.NaN): void {
    const rounded = Number(offset)
    if (!Number.isSafeInteger(rounded)) this.#huge.set(this.#length, offset)
    this.push(group, topic, partition, rounded, lag)
  }

  build(): CommittedColumns {
    const length = this.#length
    return {
      groups: this.groups,
      topics: this.topics,
      group: this.#group.subarray(0, length),
      topic: this.#topic.subarray(0, length),
      partition: this.#partition.subarray(0, length),
      offset: this.#offset.subarray(0, length),
      ...(this.#huge.size > 0 ? { huge: this.#huge } : {}),
      ...(this.#lag ? { shareLag: this.#lag.subarray(0, length) } : {}),
      length,
      failed: this.failed,
    }
  }

  #grow(): void {
    const size = this.#group.length * 2
    this.#group = grown(this.#group, new Int32Array(size))
    this.#topic = grown(this.#topic, new Int32Array(size))
    this.#partition = grown(this.#partition, new Int32Array(size))
    this.#offset = grown(this.#offset, new Float64Array(size))
    if (this.#lag) this.#lag = grown(this.#lag, new Float64Array(size))
  }
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
