import { firstAfter } from '@/server/dead-letters/first-after'

const FIRST = 64

/** Offsets of many logs, ascending, eight bytes each: what a whole selection is looked up by. */
export class OffsetLists {
  readonly #lists = new Map<string, OffsetList>()

  add(log: string, offset: bigint): void {
    let list = this.#lists.get(log)
    if (!list) {
      list = new OffsetList()
      this.#lists.set(log, list)
    }
    list.add(offset)
  }

  /** undefined: nothing of this log was added. */
  get(log: string): BigInt64Array | undefined {
    return this.#lists.get(log)?.sorted()
  }

  has(log: string, offset: bigint): boolean {
    const list = this.get(log)
    return list !== undefined && list[firstAfter(list, one => one < offset)] === offset
  }

  /** What was added more than once, by log. */
  repeated(): Map<string, Set<bigint>> {
    const found = new Map<string, Set<bigint>>()
    for (const [log, list] of this.#lists) {
      const offsets = list.sorted()
      const twice = new Set<bigint>()
      for (let at = 1; at < offsets.length; at++) {
        const offset = offsets[at]
        if (offset !== undefined && offset === offsets[at - 1]) twice.add(offset)
      }
      if (twice.size > 0) found.set(log, twice)
    }
    return found
  }
}

class OffsetList {
  #offsets = new BigInt64Array(FIRST)
  #length = 0
  #isSorted = false

  add(offset: bigint): void {
    if (this.#length === this.#offsets.length) {
      const wider = new BigInt64Array(Math.max(FIRST, this.#length * 2))
      wider.set(this.#offsets)
      this.#offsets = wider
    }
    this.#offsets[this.#length++] = offset
    this.#isSorted = false
  }

  sorted(): BigInt64Array {
    if (!this.#isSorted) this.#offsets = this.#offsets.subarray(0, this.#length).sort()
    this.#isSorted = true
    return this.#offsets
  }
}
