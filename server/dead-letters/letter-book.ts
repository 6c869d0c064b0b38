import type { BookParts, Kind, Log } from './book-parts'
import { firstAfter } from './first-after'
import type { IndexedLetter, IndexRow } from './index-row'
import { type Issue, IssueCell, newIssue } from './issue-cell'
import {
  ALIVE,
  DROPPED,
  flagsOf,
  HAS_TIME,
  LetterColumns,
  MOST_ROWS,
  REFAILED,
  REPLAYED,
} from './letter-columns'
import { LetterOrder } from './letter-order'
import { TextStore } from './letter-texts'
import type { RecordAnchor } from './service'

/**
 * Letters kept of one cluster, the newest, unless the configuration says otherwise: a million, with room for the
 * markers that offsets count too; and issues, should every letter be one of its own.
 */
export const MAX_ROWS = 1_200_000
const MAX_ISSUES = 20_000

export type BookLimits = { rows: number; issues: number }

/**
 * The letters and issues of one cluster in memory, no Kafka. A letter is a row, a number; what is known of it stands in
 * columns and is put together when somebody looks. Adding is cheap; order is made when somebody reads.
 */
export class LetterBook {
  readonly #limits: BookLimits
  readonly #now: () => number
  readonly #issues = new Map<string, Issue>()
  readonly #columns = new LetterColumns()
  readonly #texts = new TextStore()
  readonly #order = new LetterOrder(
    (a, b) => this.compare(a, this.#placeOf(b)),
    row => this.atMs(row),
  )
  readonly #kinds: (Kind | null)[] = []
  readonly #freeKinds: number[] = []
  readonly #logs: Log[] = []
  readonly #logsOf = new Map<string, Map<number, number>>()
  readonly #stale = new Set<IssueCell>()
  /** Gone, but still named by the order. */
  #gone: number[] = []
  #size = 0

  constructor(now: () => number, limits: Partial<BookLimits> = {}) {
    this.#now = now
    this.#limits = {
      rows: Math.min(limits.rows ?? MAX_ROWS, MOST_ROWS * 0.9),
      issues: limits.issues ?? MAX_ISSUES,
    }
  }

  get limit(): number {
    return this.#limits.rows
  }

  /** Letters of a topic that are retained but beyond the limits, at most; its logs begin at `startOf`. */
  leftOut(topic: string, startOf: (partition: number) => number): number {
    let count = 0
    for (const [partition, number] of this.#logsOf.get(topic) ?? []) {
      const { rows = [], keptFrom = 0 } = this.#logs[number] ?? {}
      const start = startOf(partition)
      const kept = firstAfter(rows, row => this.offset(row) < keptFrom)
      if (keptFrom > start) count += Math.max(0, keptFrom - start - kept)
    }
    return count
  }

  /** Letters below this offset are not read at all. */
  leaveOut(topic: string, partition: number, below: number): void {
    const log = this.#logs[this.#logNumber(topic, partition)]
    if (log) log.keptFrom = Math.max(log.keptFrom, below)
  }

  get size(): number {
    return this.#size
  }

  get issueCount(): number {
    return this.#issues.size
  }

  /** Letters of a partition come in the order of their offsets; one that is there already is answered with null. */
  add(letter: IndexedLetter, done: { replayed?: boolean; dropped?: boolean } = {}): number | null {
    const logNumber = this.#logNumber(letter.topic, letter.partition)
    const log = this.#logs[logNumber]
    const last = log?.rows.at(-1)
    if (!log || (last !== undefined && this.offset(last) >= letter.offset)) return null
    const kindNumber = this.#kindOf(letter)
    const kind = this.#kinds[kindNumber]
    if (!kind) return null
    const { maskedMessage } = kind.cell.issue
    // Most messages of an issue that hold no number or name are the same.
    const message = letter.message === maskedMessage ? undefined : letter.message
    const { block, at } = this.#texts.add({ key: letter.key, preview: letter.preview, message })
    const row = this.#columns.take()
    const { columns } = this.#columns
    columns.kind[row] = kindNumber
    columns.log[row] = logNumber
    columns.offset[row] = letter.offset
    columns.atMs[row] = letter.atMs
    columns.originPartition[row] = letter.origin.partition ?? -1
    columns.originOffset[row] = letter.origin.offset ?? -1n
    columns.originMs[row] = letter.origin.timestampMs ?? -1
    columns.attempts[row] = letter.attempts ?? -1
    columns.flags[row] = flagsOf(letter, done)
    columns.block[row] = block
    columns.textAt[row] = at
    log.rows.push(row)
    this.#order.add(row)
    this.#size++
    kind.cell.add({ row, ...this.#facts(row) }, this.#now())
    if (this.#size > this.#limits.rows || this.#issues.size > this.#limits.issues) this.#dropOldest()
    return row
  }

  /** The row at this place, or null. */
  find(topic: string, partition: number, offset: number): number | null {
    const log = this.#logs[this.#logsOf.get(topic)?.get(partition) ?? -1]
    if (!log) return null
    const row = log.rows[firstAfter(log.rows, one => this.offset(one) < offset)]
    return row !== undefined && this.offset(row) === offset ? row : null
  }

  /** Everything known of a letter, put together. */
  row(row: number): IndexRow {
    const { columns } = this.#columns
    const { cell, family, originTopic, consumerGroup } = this.#kindAt(row)
    const place = this.#placeOf(row)
    const flags = this.flags(row)
    const texts = this.#texts.read({ block: columns.block[row] ?? 0, at: columns.textAt[row] ?? 0 })
    const offset = columns.originOffset[row] ?? -1n
    return {
      ...place,
      hasTime: (flags & HAS_TIME) !== 0,
      family,
      key: texts.key,
      preview: texts.preview,
      origin: {
        topic: originTopic,
        partition: known(columns.originPartition[row]),
        offset: offset < 0n ? null : offset,
        timestampMs: known(columns.originMs[row]),
      },
      message: texts.message === undefined ? cell.issue.maskedMessage : texts.message,
      consumerGroup,
      attempts: known(columns.attempts[row]),
      cell,
      replayed: (flags & REPLAYED) !== 0,
      dropped: (flags & DROPPED) !== 0,
      refailed: (flags & REFAILED) !== 0,
    }
  }

  cell(row: number): IssueCell {
    return this.#kindAt(row).cell
  }

  flags(row: number): number {
    return this.#columns.columns.flags[row] ?? 0
  }

  atMs(row: number): number {
    return this.#columns.columns.atMs[row] ?? 0
  }

  offset(row: number): number {
    return this.#columns.columns.offset[row] ?? 0
  }

  partition(row: number): number {
    return this.#logs[this.#columns.columns.log[row] ?? 0]?.partition ?? 0
  }

  /** Oldest first: time, topic, partition, offset. A total order, so that pages neither repeat nor skip. */
  compare(row: number, other: RecordAnchor): number {
    const { columns } = this.#columns
    const atMs = columns.atMs[row] ?? 0
    if (atMs !== other.atMs) return atMs - other.atMs
    const log = this.#logs[columns.log[row] ?? 0]
    if (!log) return 0
    if (log.topic !== other.topic) return log.topic < other.topic ? -1 : 1
    return log.partition - other.partition || (columns.offset[row] ?? 0) - other.offset
  }

  /** true: it was not marked before. */
  markReplayed(row: number): boolean {
    return this.#mark(row, REPLAYED)
  }

  /** Takes over which letters of a topic are dropped now; answers whether that changed anything. */
  setDropped(topic: string, isDropped: (partition: number, offset: number) => boolean): boolean {
    let changed = false
    for (const row of this.rowsOf(topic)) {
      const is = isDropped(this.partition(row), this.offset(row))
      if (is !== ((this.flags(row) & DROPPED) !== 0)) changed = this.#mark(row, DROPPED, is) || changed
    }
    return changed
  }

  /** Forget what retention or DeleteRecords took: rows below the log's start. Answers how many. */
  trim(topic: string, partition: number, logStart: number): number {
    const log = this.#logs[this.#logsOf.get(topic)?.get(partition) ?? -1]
    if (!log) return 0
    const count = firstAfter(log.rows, row => this.offset(row) < logStart)
    for (const row of log.rows.splice(0, count)) this.#remove(row)
    return count
  }

  /** A topic that is gone, or is another one of the same name. */
  forget(topic: string): void {
    for (const number of this.#logsOf.get(topic)?.values() ?? []) {
      const log = this.#logs[number]
      for (const row of log?.rows.splice(0) ?? []) this.#remove(row)
      if (log) log.keptFrom = 0
    }
  }

  /** All rows, oldest first: a view that holds until something is added. */
  rows(): Uint32Array {
    this.#settle()
    return this.#order.rows()
  }

  /** Rows of one topic, partition by partition, ascending by offset. */
  *rowsOf(topic: string): Generator<number> {
    for (const number of this.#logsOf.get(topic)?.values() ?? []) yield* this.#logs[number]?.rows ?? []
  }

  issue(fingerprint: string): Issue | undefined {
    return this.#issues.get(fingerprint)
  }

  issues(): IterableIterator<Issue> {
    this.#settle()
    return this.#issues.values()
  }

  /** What a checkpoint writes down, and what it is restored into: nothing else may touch it. */
  get parts(): BookParts {
    this.#settle()
    return {
      issues: this.#issues,
      columns: this.#columns,
      texts: this.#texts,
      order: this.#order,
      kinds: this.#kinds,
      freeKinds: this.#freeKinds,
      logs: this.#logs,
    }
  }

  /** After its parts were restored: counts what follows from them. */
  recount(): void {
    this.#logsOf.clear()
    this.#logs.forEach(({ topic, partition }, number) => {
      this.#logsOf.set(topic, (this.#logsOf.get(topic) ?? new Map<number, number>()).set(partition, number))
    })
    this.#size = 0
    for (const row of this.#order.rows()) {
      this.#logs[this.#columns.columns.log[row] ?? 0]?.rows.push(row)
      this.cell(row).add({ row, ...this.#facts(row) }, this.#now())
      this.#size++
    }
    // By offset: they came by time.
    for (const { rows } of this.#logs) rows.sort((a, b) => this.offset(a) - this.offset(b))
  }

  #mark(row: number, flag: number, on = true): boolean {
    const { columns } = this.#columns
    const before = this.flags(row)
    const after = on ? before | flag : before & ~flag
    if (before === after) return false
    columns.flags[row] = after
    this.cell(row).move(before, after)
    return true
  }

  #remove(row: number): void {
    const { columns } = this.#columns
    const { cell } = this.#kindAt(row)
    if (cell.remove({ row, ...this.#facts(row) }, this.#now())) this.#stale.add(cell)
    columns.flags[row] = 0
    this.#gone.push(row)
    this.#texts.remove(columns.block[row] ?? 0)
    this.#size--
    if (cell.count > 0) return
    this.#stale.delete(cell)
    for (const kind of cell.kinds) {
      this.#kinds[kind] = null
      this.#freeKinds.push(kind)
    }
    cell.issue.cells.delete(cell.topic)
    if (cell.issue.cells.size === 0) this.#issues.delete(cell.issue.fingerprint)
  }

  #settle(): void {
    if (this.#gone.length > 0) {
      this.#order.sweep(row => (this.flags(row) & ALIVE) !== 0)
      for (const row of this.#gone) this.#columns.free(row)
      this.#gone = []
    }
    if (this.#stale.size === 0) return
    for (const row of this.#order.rows()) {
      const cell = this.cell(row)
      if (this.#stale.has(cell)) cell.look(row, this.atMs(row))
    }
    this.#stale.clear()
  }

  /** A twentieth more than needed goes at once, so that this is not done for every letter. */
  #dropOldest(): void {
    this.#settle()
    const keep = Math.floor(this.#limits.rows * 0.95)
    const keepIssues = Math.floor(this.#limits.issues * 0.95)
    const touched = new Set<number>()
    for (const row of this.#order.rows()) {
      if (this.#size <= keep && this.#issues.size <= keepIssues) break
      const number = this.#columns.columns.log[row] ?? 0
      const log = this.#logs[number]
      touched.add(number)
      if (log) log.keptFrom = Math.max(log.keptFrom, this.offset(row) + 1)
      this.#remove(row)
    }
    for (const number of touched) {
      const log = this.#logs[number]
      if (log) log.rows = log.rows.filter(row => (this.flags(row) & ALIVE) !== 0)
    }
    this.#settle()
  }

  #facts(row: number) {
    const flags = this.flags(row)
    return { flags, atMs: this.atMs(row), offset: this.offset(row), partition: this.partition(row) }
  }

  #placeOf(row: number): RecordAnchor {
    const { columns } = this.#columns
    const log = this.#logs[columns.log[row] ?? 0]
    const { topic = '', partition = 0 } = log ?? {}
    return { topic, partition, offset: columns.offset[row] ?? 0, atMs: columns.atMs[row] ?? 0 }
  }

  #kindAt(row: number): Kind {
    const kind = this.#kinds[this.#columns.columns.kind[row] ?? 0]
    if (!kind) throw new Error('this letter is gone')
    return kind
  }

  #kindOf(letter: IndexedLetter): number {
    const { fingerprint } = letter.issue
    const { family, consumerGroup } = letter
    const originTopic = letter.origin.topic
    let issue = this.#issues.get(fingerprint)
    if (!issue) {
      issue = newIssue(letter)
      this.#issues.set(fingerprint, issue)
    }
    let cell = issue.cells.get(letter.topic)
    if (!cell) {
      cell = new IssueCell(issue, letter.topic)
      issue.cells.set(letter.topic, cell)
    }
    // Few: one fingerprint has one group and one origin, or none where its topic stands for it.
    for (const number of cell.kinds) {
      const kind = this.#kinds[number]
      if (kind?.family === family && kind.originTopic === originTopic && kind.consumerGroup === consumerGroup)
        return number
    }
    const number = this.#freeKinds.pop() ?? this.#kinds.length
    this.#kinds[number] = { cell, family, originTopic, consumerGroup }
    cell.kinds.push(number)
    return number
  }

  #logNumber(topic: string, partition: number): number {
    let numbers = this.#logsOf.get(topic)
    if (!numbers) {
      numbers = new Map()
      this.#logsOf.set(topic, numbers)
    }
    const known = numbers.get(partition)
    if (known !== undefined) return known
    const number = this.#logs.length
    this.#logs.push({ topic, partition, rows: [], keptFrom: 0 })
    numbers.set(partition, number)
    return number
  }
}

const known = (number: number | undefined) => (number === undefined || number < 0 ? null : number)
