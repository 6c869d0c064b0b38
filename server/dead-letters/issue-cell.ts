import type { Family } from '@/lib/contracts/dead-letters'
import { HourBuckets } from './hour-buckets'
import type { IndexedLetter } from './index-row'
import { DROPPED, REFAILED, REPLAYED } from './letter-columns'
import { ownText } from './own-text'

/**
 * An issue: what dead letters with one fingerprint have in common. Its counts stand in cells, one for each
 * dead-letter topic.
 */
export type Issue = {
  fingerprint: string
  exceptionClass: string | null
  maskedMessage: string | null
  frames: string[]
  family: Family
  originTopic: string | null
  consumerGroup: string | null
  cells: Map<string, IssueCell>
}

/** What a cell counts of a letter. */
type CellLetter = { row: number; flags: number; atMs: number; partition: number; offset: number }

/** Letters of one issue in one topic, so that an answer can leave out topics that a caller may not read. */
export class IssueCell {
  readonly issue: Issue
  readonly topic: string
  /** The book's numbers for what its letters share. */
  readonly kinds: number[] = []
  count = 0
  replayed = 0
  /** Dropped by a person, and never replayed. */
  dropped = 0
  /** Failed again, and neither replayed nor dropped since. */
  refailed = 0
  /** Ever seen by this process: what retention takes away was seen all the same. */
  firstMs = Number.POSITIVE_INFINITY
  lastMs = Number.NEGATIVE_INFINITY
  /** The oldest letter that is still there: the next to expire. */
  oldestMs = Number.POSITIVE_INFINITY
  /** The newest letter that is still there, as a row of the book. */
  newest: number | null = null
  newestMs = Number.NEGATIVE_INFINITY
  /** The newest offset of each partition: where its log stood when a person decides. */
  readonly ends = new Map<number, number>()
  readonly buckets = new HourBuckets()

  constructor(issue: Issue, topic: string) {
    this.issue = issue
    this.topic = topic
  }

  get open(): number {
    return this.count - this.replayed - this.dropped
  }

  add({ row, flags, atMs, partition, offset }: CellLetter, nowMs: number): void {
    this.count++
    if (offset > (this.ends.get(partition) ?? -1)) this.ends.set(partition, offset)
    this.#tally(flags, 1)
    if (atMs < this.firstMs) this.firstMs = atMs
    if (atMs > this.lastMs) this.lastMs = atMs
    this.look(row, atMs)
    this.buckets.add(atMs, nowMs)
  }

  /** true: the newest or the oldest went, and both must be looked for again. */
  remove({ row, flags, atMs }: CellLetter, nowMs: number): boolean {
    this.count--
    this.#tally(flags, -1)
    this.buckets.remove(atMs, nowMs)
    if (row !== this.newest && atMs > this.oldestMs) return false
    this.newest = null
    this.newestMs = Number.NEGATIVE_INFINITY
    this.oldestMs = Number.POSITIVE_INFINITY
    return true
  }

  /** A letter's flags changed. */
  move(before: number, after: number): void {
    this.#tally(before, -1)
    this.#tally(after, 1)
  }

  /** Is it the newest or the oldest there is? */
  look(row: number, atMs: number): void {
    if (atMs < this.oldestMs) this.oldestMs = atMs
    if (this.newest !== null && atMs < this.newestMs) return
    this.newest = row
    this.newestMs = atMs
  }

  #tally(flags: number, by: number): void {
    if ((flags & REPLAYED) !== 0) this.replayed += by
    else if ((flags & DROPPED) !== 0) this.dropped += by
    else if ((flags & REFAILED) !== 0) this.refailed += by
  }
}

export function newIssue(letter: IndexedLetter): Issue {
  const { fingerprint, exceptionClass, maskedMessage, frames } = letter.issue
  return {
    fingerprint,
    exceptionClass: exceptionClass === null ? null : ownText(exceptionClass, 500),
    maskedMessage: maskedMessage === null ? null : ownText(maskedMessage),
    frames: frames.map(frame => ownText(frame, 500)),
    family: letter.family,
    originTopic: letter.origin.topic,
    consumerGroup: letter.consumerGroup,
    cells: new Map(),
  }
}
