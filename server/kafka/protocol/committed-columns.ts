import type { Problem } from '@/lib/contracts/common'
import type { CommittedColumns } from '../port'

const LEAST_ROOM = 256

/** Grows flat columns row by row; a chunk that turns out unreadable half-way is taken back. */
export class ColumnsBuilder {
  readonly groups: string[]
  readonly topics: string[] = []
  readonly failed = new Map<string, Problem>()
  /** Made when somebody asks: who repeats an answer knows the places already. */
  #groupIndex: Map<string, number> | null = null
  readonly #topicIndex = new Map<string, number>()
  #group: Int32Array
  #topic: Int32Array
  #partition: Int32Array
  #offset: Float64Array
  #lag: Float64Array | null
  #versions: Float64Array | null
  readonly #huge = new Map<number, bigint>()
  #length = 0

  /** `room`: so many rows before it has to grow. `versions`: groups have some, see `setVersion`. */
  constructor(groups: string[], withLag: boolean, { room = LEAST_ROOM, versions = false } = {}) {
    this.groups = groups
    this.#versions = versions ? new Float64Array(groups.length) : null
    const rows = Math.max(room, LEAST_ROOM)
    this.#group = new Int32Array(rows)
    this.#topic = new Int32Array(rows)
    this.#partition = new Int32Array(rows)
    this.#offset = new Float64Array(rows)
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
    this.#groupIndex ??= new Map(this.groups.map((one, index) => [one, index]))
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

  /** Rows of other columns, as rows of this group. `topics`: places here by place there, -1 where not known yet. */
  copy(source: CommittedColumns, from: number, to: number, group: number, topics: Int32Array): void {
    const count = to - from
    while (this.#length + count > this.#group.length) this.#grow()
    let at = this.#length
    for (let row = from; row < to; row++, at++) {
      const there = source.topic[row] ?? 0
      let topic = topics[there] ?? -1
      if (topic < 0) {
        topic = this.topicIndex(source.topics[there] ?? '')
        topics[there] = topic
      }
      this.#group[at] = group
      this.#topic[at] = topic
      this.#partition[at] = source.partition[row] ?? 0
      this.#offset[at] = source.offset[row] ?? 0
      if (this.#lag) this.#lag[at] = Number.NaN
    }
    this.#length = at
  }

  /** What is told of a group has this number until it changes. */
  setVersion(group: number, version: number): void {
    if (this.#versions) this.#versions[group] = version
  }

  /** Nobody can tell what changed. */
  dropVersions(): void {
    this.#versions?.fill(0)
  }

  /** Offsets that no double holds. */
  get hugeCount(): number {
    return this.#huge.size
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
      ...(this.#versions ? { versions: this.#versions } : {}),
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
