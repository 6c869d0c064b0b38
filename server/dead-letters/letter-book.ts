import type { IndexedLetter, IndexRow } from './index-row'
import { type Issue, IssueCell, newIssue } from './issue-cell'
import { compareRows, firstAfter } from './row-order'

/** Rows kept for one cluster, the newest of them; and issues, should every letter be one of its own. */
const MAX_ROWS = 200_000
const MAX_ISSUES = 20_000
/** Names and origins repeat: one string for all. */
const MAX_SHARED = 50_000

export type BookLimits = { rows: number; issues: number }

/** The rows and issues of one cluster in memory: pure bookkeeping, no Kafka. Adding is cheap; order is made when somebody reads. */
export class LetterBook {
  readonly #limits: BookLimits
  readonly #now: () => number
  readonly #issues = new Map<string, Issue>()
  /** By topic and partition, ascending by offset. */
  readonly #logs = new Map<string, Map<number, IndexRow[]>>()
  readonly #shared = new Map<string, string>()
  readonly #stale = new Set<IssueCell>()
  /** Ascending by time once settled. */
  #rows: IndexRow[] = []
  #gone = new Set<IndexRow>()
  #sorted = true
  #dropped = false

  constructor(now: () => number, limits: Partial<BookLimits> = {}) {
    this.#now = now
    this.#limits = { rows: limits.rows ?? MAX_ROWS, issues: limits.issues ?? MAX_ISSUES }
  }

  /** Older letters were dropped to stay within the limits. */
  get dropped(): boolean {
    return this.#dropped
  }

  get size(): number {
    return this.#rows.length - this.#gone.size
  }

  get issueCount(): number {
    return this.#issues.size
  }

  /** Letters of a partition come in the order of their offsets; one that is there already is ignored. */
  add(letter: IndexedLetter, replayed: boolean): IndexRow | null {
    const log = this.#logOf(letter.topic, letter.partition)
    const last = log.at(-1)
    if (last !== undefined && last.offset >= letter.offset) return null
    const { issue: identity, ...plain } = letter
    let issue = this.#issues.get(identity.fingerprint)
    if (!issue) {
      issue = newIssue(letter)
      this.#issues.set(issue.fingerprint, issue)
    }
    let cell = issue.cells.get(letter.topic)
    if (!cell) {
      cell = new IssueCell(issue, letter.topic)
      issue.cells.set(letter.topic, cell)
    }
    const row: IndexRow = {
      ...plain,
      origin: { ...plain.origin, topic: this.#share(plain.origin.topic) },
      consumerGroup: this.#share(plain.consumerGroup),
      // Most messages of an issue that holds no number or name are the same.
      message: plain.message === issue.maskedMessage ? issue.maskedMessage : plain.message,
      cell,
      replayed,
    }
    log.push(row)
    const newest = this.#rows.at(-1)
    if (newest !== undefined && compareRows(newest, row) > 0) this.#sorted = false
    this.#rows.push(row)
    cell.add(row, this.#now())
    if (this.size > this.#limits.rows || this.#issues.size > this.#limits.issues) this.#dropOldest()
    return row
  }

  find(topic: string, partition: number, offset: number): IndexRow | null {
    const log = this.#logs.get(topic)?.get(partition)
    if (!log) return null
    const at = firstAfter(log, row => row.offset < offset)
    const row = log[at]
    return row?.offset === offset ? row : null
  }

  /** true: it was not marked before. */
  markReplayed(row: IndexRow): boolean {
    if (row.replayed) return false
    row.replayed = true
    row.cell.replayed++
    if (row.refailed) row.cell.refailed--
    return true
  }

  /** Forget what retention or DeleteRecords took: rows below the log's start. Answers how many. */
  trim(topic: string, partition: number, logStart: number): number {
    const log = this.#logs.get(topic)?.get(partition)
    if (!log) return 0
    const count = firstAfter(log, row => row.offset < logStart)
    for (const row of log.splice(0, count)) this.#remove(row)
    return count
  }

  /** A topic that is gone, or is another one of the same name. */
  forget(topic: string): void {
    for (const log of this.#logs.get(topic)?.values() ?? []) for (const row of log) this.#remove(row)
    this.#logs.delete(topic)
  }

  /** All rows, oldest first. The caller must not keep or change the array. */
  rows(): readonly IndexRow[] {
    this.#settle()
    return this.#rows
  }

  issue(fingerprint: string): Issue | undefined {
    return this.#issues.get(fingerprint)
  }

  issues(): IterableIterator<Issue> {
    this.#settle()
    return this.#issues.values()
  }

  #remove(row: IndexRow): void {
    this.#gone.add(row)
    const { cell } = row
    if (cell.remove(row, this.#now())) this.#stale.add(cell)
    if (cell.count > 0) return
    this.#stale.delete(cell)
    cell.issue.cells.delete(cell.topic)
    if (cell.issue.cells.size === 0) this.#issues.delete(cell.issue.fingerprint)
  }

  #settle(): void {
    if (this.#gone.size > 0) {
      const gone = this.#gone
      this.#rows = this.#rows.filter(row => !gone.has(row))
      this.#gone = new Set()
    }
    if (!this.#sorted) {
      this.#rows.sort(compareRows)
      this.#sorted = true
    }
    if (this.#stale.size > 0) {
      for (const row of this.#rows) if (this.#stale.has(row.cell)) row.cell.look(row)
      this.#stale.clear()
    }
  }

  /** A twentieth more than needed goes at once, so that this is not done for every letter. */
  #dropOldest(): void {
    this.#settle()
    this.#dropped = true
    const keep = Math.floor(this.#limits.rows * 0.95)
    const keepIssues = Math.floor(this.#limits.issues * 0.95)
    const touched = new Set<IndexRow[]>()
    for (const row of this.#rows) {
      if (this.size <= keep && this.#issues.size <= keepIssues) break
      this.#remove(row)
      touched.add(this.#logOf(row.topic, row.partition))
    }
    for (const log of touched) {
      const kept = log.filter(row => !this.#gone.has(row))
      log.length = 0
      for (const row of kept) log.push(row)
    }
    this.#settle()
  }

  #logOf(topic: string, partition: number): IndexRow[] {
    let logs = this.#logs.get(topic)
    if (!logs) {
      logs = new Map()
      this.#logs.set(topic, logs)
    }
    let log = logs.get(partition)
    if (!log) {
      log = []
      logs.set(partition, log)
    }
    return log
  }

  #share(text: string | null): string | null {
    if (text === null) return null
    const known = this.#shared.get(text)
    if (known !== undefined) return known
    if (this.#shared.size >= MAX_SHARED) this.#shared.clear()
    this.#shared.set(text, text)
    return text
  }
}
