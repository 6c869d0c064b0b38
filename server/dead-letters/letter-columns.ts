/** Bits of a letter's `flags`. */
export const HAS_TIME = 1
/** It failed again after a replay. */
export const REFAILED = 2
/** A replay of it is known. */
export const REPLAYED = 4
/** A person dropped it: it is done without a replay. */
export const DROPPED = 8
export const ALIVE = 16

export function flagsOf(
  letter: { hasTime: boolean; refailed: boolean },
  done: { replayed?: boolean; dropped?: boolean },
): number {
  return (
    ALIVE |
    (letter.hasTime ? HAS_TIME : 0) |
    (letter.refailed ? REFAILED : 0) |
    (done.replayed ? REPLAYED : 0) |
    (done.dropped ? DROPPED : 0)
  )
}

/** Row numbers fit 24 bits (`LetterOrder` packs them behind a time). */
export const MOST_ROWS = 2 ** 24 - 1
const FIRST_ROWS = 1024

export type Columns = {
  /** Which issue, topic and kind: a place in the book's list. */
  kind: Uint32Array
  /** Which partition: a place in the book's list. */
  log: Uint32Array
  /** Kafka's own, so exact as a number. */
  offset: Float64Array
  atMs: Float64Array
  /** -1: unknown, as below. */
  originPartition: Int32Array
  originOffset: BigInt64Array
  originMs: Float64Array
  attempts: Int32Array
  flags: Uint8Array
  /** Where its texts stand. */
  block: Uint32Array
  textAt: Uint32Array
}

/**
 * Letters as numbers in columns: a million of them are 60 MB outside of the heap, where as many objects would
 * be a gigabyte that every collection of garbage walks through. A row's number is its own until it is freed.
 */
export class LetterColumns {
  columns: Columns = makeColumns(FIRST_ROWS)
  #used = 0
  readonly #free: number[] = []

  /** A row to write to. */
  take(): number {
    const free = this.#free.pop()
    if (free !== undefined) return free
    if (this.#used === this.columns.flags.length) this.#grow()
    return this.#used++
  }

  /** Only when nothing names the row any more. */
  free(row: number): void {
    this.#free.push(row)
  }

  /** A copy of what is written, by column: the rows that were ever taken. */
  copy(): Columns {
    const copy = makeColumns(0)
    for (const name of NAMES) Object.assign(copy, { [name]: this.columns[name].slice(0, this.#used) })
    return copy
  }

  /** Takes over what `copy` gave; rows without a flag are free. */
  restore(columns: Columns): void {
    this.columns = columns
    this.#used = columns.flags.length
    this.#free.length = 0
    columns.flags.forEach((flags, row) => {
      if (flags === 0) this.#free.push(row)
    })
  }

  #grow(): void {
    const wider = makeColumns(Math.min(MOST_ROWS + 1, Math.max(FIRST_ROWS, this.#used * 2)))
    const { columns } = this
    wider.kind.set(columns.kind)
    wider.log.set(columns.log)
    wider.offset.set(columns.offset)
    wider.atMs.set(columns.atMs)
    wider.originPartition.set(columns.originPartition)
    wider.originOffset.set(columns.originOffset)
    wider.originMs.set(columns.originMs)
    wider.attempts.set(columns.attempts)
    wider.flags.set(columns.flags)
    wider.block.set(columns.block)
    wider.textAt.set(columns.textAt)
    this.columns = wider
  }
}

const NAMES = Object.keys(makeColumns(0)) as (keyof Columns)[]

function makeColumns(rows: number): Columns {
  return {
    kind: new Uint32Array(rows),
    log: new Uint32Array(rows),
    offset: new Float64Array(rows),
    atMs: new Float64Array(rows),
    originPartition: new Int32Array(rows),
    originOffset: new BigInt64Array(rows),
    originMs: new Float64Array(rows),
    attempts: new Int32Array(rows),
    flags: new Uint8Array(rows),
    block: new Uint32Array(rows),
    textAt: new Uint32Array(rows),
  }
}
