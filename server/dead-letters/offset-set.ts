/** Offsets of one chunk: the low 16 bits of each. */
const CHUNK = 65_536
/**
 * From so many on a bit for every offset takes no more. A list stays shorter than the bits, in bytes too:
 * that is how they are told apart.
 */
const LIST_MAX = CHUNK / 16 - 1

/**
 * Offsets of many logs, packed: a chunk of 65,536 is a list while it holds few of them, then a bit for each.
 * Two bytes an offset at most, and some hundred a chunk.
 */
export class OffsetSet {
  readonly #logs = new Map<string, Map<number, Map<number, OffsetChunk>>>()

  add(log: string, partition: number, offset: number): void {
    const partitions = madeIn(this.#logs, log, () => new Map<number, Map<number, OffsetChunk>>())
    const chunks = madeIn(partitions, partition, () => new Map<number, OffsetChunk>())
    madeIn(chunks, Math.floor(offset / CHUNK), () => new OffsetChunk()).add(offset % CHUNK)
  }

  has(log: string, partition: number, offset: number): boolean {
    const chunk = this.#logs
      .get(log)
      ?.get(partition)
      ?.get(Math.floor(offset / CHUNK))
    return chunk?.has(offset % CHUNK) === true
  }

  /** Forgets chunks that lie before this offset as a whole; Infinity: the whole log. */
  trim(log: string, partition: number, start: number): void {
    const partitions = this.#logs.get(log)
    const chunks = partitions?.get(partition)
    if (!partitions || !chunks) return
    for (const number of chunks.keys()) if ((number + 1) * CHUNK <= start) chunks.delete(number)
    if (chunks.size === 0) partitions.delete(partition)
    if (partitions.size === 0) this.#logs.delete(log)
  }

  /** Every chunk: its log, partition and number, and its bytes. */
  *chunks(): Generator<{ log: string; partition: number; chunk: number; bytes: Uint8Array }> {
    for (const [log, partitions] of this.#logs)
      for (const [partition, chunks] of partitions)
        for (const [chunk, held] of chunks) yield { log, partition, chunk, bytes: held.bytes }
  }

  /** Takes a chunk over as `chunks` gave it. Throws RangeError for bytes that are none. */
  restore(log: string, partition: number, chunk: number, bytes: Uint8Array): void {
    const partitions = madeIn(this.#logs, log, () => new Map<number, Map<number, OffsetChunk>>())
    madeIn(partitions, partition, () => new Map<number, OffsetChunk>()).set(chunk, OffsetChunk.of(bytes))
  }
}

class OffsetChunk {
  /** Ascending. */
  #list: Uint16Array<ArrayBuffer> | null = new Uint16Array(4)
  #length = 0
  #bits: Uint8Array | null = null

  add(low: number): void {
    if (this.#bits) this.#bits[low >> 3] = (this.#bits[low >> 3] ?? 0) | (1 << (low & 7))
    else if (this.#list) this.#insert(this.#list, low)
  }

  has(low: number): boolean {
    if (this.#bits) return ((this.#bits[low >> 3] ?? 0) & (1 << (low & 7))) !== 0
    return this.#list?.[this.#placeOf(low)] === low && this.#placeOf(low) < this.#length
  }

  /** The bits, or the list: told apart by their length. */
  get bytes(): Uint8Array {
    if (this.#bits) return this.#bits
    const list = this.#list?.slice(0, this.#length) ?? new Uint16Array(0)
    return new Uint8Array(list.buffer)
  }

  static of(bytes: Uint8Array): OffsetChunk {
    const chunk = new OffsetChunk()
    // A Buffer's slice would be a view.
    const own = Uint8Array.from(bytes)
    if (own.length === CHUNK / 8) {
      chunk.#bits = own
      chunk.#list = null
      return chunk
    }
    if (bytes.length % 2 !== 0 || bytes.length > LIST_MAX * 2) throw new RangeError('no chunk of offsets')
    chunk.#list = new Uint16Array(own.buffer)
    chunk.#length = chunk.#list.length
    return chunk
  }

  /** The first place in the list that holds this or more. */
  #placeOf(low: number): number {
    let from = 0
    let to = this.#length
    while (from < to) {
      const middle = (from + to) >>> 1
      if ((this.#list?.[middle] ?? 0) < low) from = middle + 1
      else to = middle
    }
    return from
  }

  #insert(list: Uint16Array<ArrayBuffer>, low: number): void {
    const at = this.#placeOf(low)
    if (at < this.#length && list[at] === low) return
    if (this.#length === LIST_MAX) {
      const bits = new Uint8Array(CHUNK / 8)
      this.#bits = bits
      this.#list = null
      for (const one of list.subarray(0, this.#length))
        bits[one >> 3] = (bits[one >> 3] ?? 0) | (1 << (one & 7))
      this.add(low)
      return
    }
    let into = list
    if (this.#length === list.length) {
      into = new Uint16Array(Math.max(4, Math.min(LIST_MAX, list.length * 2)))
      into.set(list)
      this.#list = into
    }
    into.copyWithin(at + 1, at, this.#length)
    into[at] = low
    this.#length++
  }
}

function madeIn<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
