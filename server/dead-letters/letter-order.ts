/**
 * Behind a time of 40 bits, milliseconds of the years 2020 to 2054, a row's number of 24. What is older or
 * younger has one time, and is put in order as all that has.
 */
const BEGIN_MS = Date.UTC(2020, 0)
const LATEST = 2 ** 40 - 1
const LOW_TIMES = 2 ** 8
const ROW_BITS = 24
const ROW_MASK = 2 ** ROW_BITS - 1

type Compare = (a: number, b: number) => number

/**
 * Rows in the order of their times. What comes in order costs nothing; the rest waits until somebody reads
 * and is then sorted by itself and merged in, so that a million rows are not sorted anew for each that comes
 * late.
 */
export class LetterOrder {
  readonly #compare: Compare
  readonly #timeOf: (row: number) => number
  #sorted = new Uint32Array(1024)
  #length = 0
  #pending: number[] = []

  /** `compare` is a total order that begins with the time. */
  constructor(compare: Compare, timeOf: (row: number) => number) {
    this.#compare = compare
    this.#timeOf = timeOf
  }

  add(row: number): void {
    const last = this.#sorted[this.#length - 1]
    if (
      this.#pending.length > 0 ||
      (last !== undefined && this.#length > 0 && this.#compare(last, row) > 0)
    ) {
      this.#pending.push(row)
      return
    }
    if (this.#length === this.#sorted.length) this.#sorted = widened(this.#sorted, this.#length * 2)
    this.#sorted[this.#length++] = row
  }

  /** All rows, oldest first; a view for now. */
  rows(): Uint32Array {
    if (this.#pending.length > 0) this.#merge()
    return this.#sorted.subarray(0, this.#length)
  }

  /** Takes over rows that are in order. */
  restore(rows: Uint32Array<ArrayBuffer>): void {
    this.#sorted = rows.length > 0 ? rows : new Uint32Array(1)
    this.#length = rows.length
    this.#pending = []
  }

  /** Keeps what `isAlive` says. */
  sweep(isAlive: (row: number) => boolean): void {
    this.#pending = this.#pending.filter(isAlive)
    let kept = 0
    for (let at = 0; at < this.#length; at++) {
      const row = this.#sorted[at] ?? 0
      if (isAlive(row)) this.#sorted[kept++] = row
    }
    this.#length = kept
  }

  #merge(): void {
    const late = sortRows(this.#pending, this.#timeOf, this.#compare)
    this.#pending = []
    const before = this.#sorted
    const merged = new Uint32Array(Math.ceil((this.#length + late.length) * 1.25))
    let from = 0
    let fromLate = 0
    let at = 0
    while (from < this.#length && fromLate < late.length) {
      const a = before[from] ?? 0
      const b = late[fromLate] ?? 0
      if (this.#compare(a, b) <= 0) {
        merged[at++] = a
        from++
      } else {
        merged[at++] = b
        fromLate++
      }
    }
    while (from < this.#length) merged[at++] = before[from++] ?? 0
    while (fromLate < late.length) merged[at++] = late[fromLate++] ?? 0
    this.#sorted = merged
    this.#length = at
  }
}

/**
 * Time and row as one number of 64 bits, which the machine sorts without asking back; what has one time is
 * put in order afterwards.
 */
function sortRows(rows: readonly number[], timeOf: (row: number) => number, compare: Compare): Uint32Array {
  const packed = new BigUint64Array(rows.length)
  const words = new Uint32Array(packed.buffer)
  rows.forEach((row, at) => {
    const time = Math.min(Math.max(Math.trunc(timeOf(row)) - BEGIN_MS, 0), LATEST)
    words[at * 2] = ((time % LOW_TIMES) << ROW_BITS) | row
    words[at * 2 + 1] = Math.floor(time / LOW_TIMES)
  })
  packed.sort()
  const sorted = new Uint32Array(rows.length)
  for (let at = 0; at < rows.length; at++) sorted[at] = (words[at * 2] ?? 0) & ROW_MASK
  let begin = 0
  for (let at = 1; at <= rows.length; at++) {
    const isSame =
      at < rows.length &&
      words[at * 2 + 1] === words[begin * 2 + 1] &&
      (words[at * 2] ?? 0) >>> ROW_BITS === (words[begin * 2] ?? 0) >>> ROW_BITS
    if (isSame) continue
    if (at - begin > 1) sorted.set([...sorted.subarray(begin, at)].sort(compare), begin)
    begin = at
  }
  return sorted
}

function widened(rows: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(length)
  wider.set(rows)
  return wider
}
