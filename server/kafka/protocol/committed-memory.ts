import type { CommittedColumns } from '../port'
import type { ColumnsBuilder } from './committed-columns'

/** Where a group's part of an answer is kept, and the rows that were made of it. */
type Told = {
  at: number
  bytes: number
  room: number
  version: number
  /** Its place among the groups of the columns, and its rows there. */
  index: number
  from: number
  to: number
  turn: number
}

const LEAST_BYTES = 64 * 1024

/** Never the same twice in a process: whoever compares versions may have them of several memories. */
let newestVersion = 0

/**
 * What coordinators answered of each group the time before, as bytes. Most groups of most clusters stand still
 * for hours: one that is answered the same again is not decoded again, and its version tells whoever reads the
 * columns that nothing of it changed.
 */
export class CommittedMemory {
  readonly #told = new Map<string, Told>()
  #bytes = Buffer.allocUnsafe(LEAST_BYTES)
  #end = 0
  /** What of `#bytes` is some group's. */
  #live = 0
  #turn = 0
  /** Groups that this turn told of. */
  #count = 0
  #before: CommittedColumns | null = null
  /** By topic of the columns before: its place in those that are being made; -1: not needed yet. */
  #topics = new Int32Array(0)

  /** Rows of the time before: so many will be needed again. */
  get rows(): number {
    return this.#before?.length ?? 0
  }

  /** Bytes that are held, for tests of the bound. */
  get room(): number {
    return this.#bytes.length
  }

  /** A new round: each group is told of once more. */
  begin(): void {
    this.#turn++
    this.#count = 0
    this.#topics = new Int32Array(this.#before?.topics.length ?? 0).fill(-1)
  }

  /**
   * Where the answer goes on at `at` with the very bytes that this group had before: takes the rows it had into
   * the columns and says how many bytes those are. Else 0.
   */
  repeat(group: string, answer: Buffer, at: number, columns: ColumnsBuilder): number {
    const told = this.#told.get(group)
    const before = this.#before
    if (!told || !before || told.turn === this.#turn || at + told.bytes > answer.length) return 0
    if (answer.compare(this.#bytes, told.at, told.at + told.bytes, at, at + told.bytes) !== 0) return 0
    const index = columns.groups[told.index] === group ? told.index : columns.groupIndex(group)
    if (index < 0) return 0
    const from = columns.length
    columns.copy(before, told.from, told.to, index, this.#topics)
    columns.setVersion(index, told.version)
    this.#count++
    told.turn = this.#turn
    told.index = index
    told.from = from
    told.to = columns.length
    return told.bytes
  }

  /** Keeps the bytes `at` to `to` of an answer, which became the rows from `from` on, as what a group has now. */
  keep(group: string, answer: Buffer, at: number, to: number, columns: ColumnsBuilder, from: number): void {
    const index = columns.groupIndex(group)
    const bytes = to - at
    const told = this.#told.get(group) ?? {
      at: 0,
      bytes: 0,
      room: 0,
      version: 0,
      index,
      from,
      to: 0,
      turn: 0,
    }
    if (told.room < bytes) {
      this.#live += bytes - told.room
      told.at = this.#append(bytes)
      told.room = bytes
    }
    answer.copy(this.#bytes, told.at, at, to)
    told.bytes = bytes
    told.version = ++newestVersion
    if (told.turn !== this.#turn) this.#count++
    told.turn = this.#turn
    told.index = index
    told.from = from
    told.to = columns.length
    this.#told.set(group, told)
    columns.setVersion(index, told.version)
  }

  /** The columns of this round are whole: the next is compared with them. Groups that it did not tell of are let go. */
  finish(columns: CommittedColumns): void {
    this.#before = columns
    if (this.#count < this.#told.size)
      this.#told.forEach(({ turn, room }, group) => {
        if (turn === this.#turn) return
        this.#told.delete(group)
        this.#live -= room
      })
    if (this.#end > 2 * this.#live + LEAST_BYTES) this.#compact()
  }

  /** Nothing that was kept holds any more. */
  forget(): void {
    this.#told.clear()
    this.#end = 0
    this.#live = 0
  }

  #append(bytes: number): number {
    if (this.#end + bytes > this.#bytes.length) {
      const grown = Buffer.allocUnsafe((this.#bytes.length + bytes) * 2)
      this.#bytes.copy(grown, 0, 0, this.#end)
      this.#bytes = grown
    }
    const at = this.#end
    this.#end += bytes
    return at
  }

  #compact(): void {
    const before = this.#bytes
    this.#bytes = Buffer.allocUnsafe(this.#live + LEAST_BYTES)
    this.#end = 0
    this.#live = 0
    for (const told of this.#told.values()) {
      const at = this.#append(told.bytes)
      before.copy(this.#bytes, at, told.at, told.at + told.bytes)
      told.at = at
      told.room = told.bytes
      this.#live += told.bytes
    }
  }
}
