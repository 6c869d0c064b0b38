import type { Family } from '@/lib/contracts/dead-letters'
import { HourBuckets } from './hour-buckets'
import type { IndexedLetter, IndexRow } from './index-row'
import { ownText } from './own-text'

/** An issue: what dead letters with one fingerprint have in common. Its counts stand in cells, one for each dead-letter topic. */
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

/** Letters of one issue in one topic, so that an answer can leave out topics that a caller may not read. */
export class IssueCell {
  readonly issue: Issue
  readonly topic: string
  count = 0
  replayed = 0
  /** Failed again and not replayed since. */
  refailed = 0
  /** Ever seen by this process: what retention takes away was seen all the same. */
  firstMs = Number.POSITIVE_INFINITY
  lastMs = Number.NEGATIVE_INFINITY
  /** The oldest letter that is still there: the next to expire. */
  oldestMs = Number.POSITIVE_INFINITY
  newest: IndexRow | null = null
  /** The newest offset of each partition: where its log stood when a person decides. */
  readonly ends = new Map<number, number>()
  readonly buckets = new HourBuckets()

  constructor(issue: Issue, topic: string) {
    this.issue = issue
    this.topic = topic
  }

  add(row: IndexRow, nowMs: number): void {
    this.count++
    if (row.offset > (this.ends.get(row.partition) ?? -1)) this.ends.set(row.partition, row.offset)
    if (row.replayed) this.replayed++
    else if (row.refailed) this.refailed++
    if (row.atMs < this.firstMs) this.firstMs = row.atMs
    if (row.atMs > this.lastMs) this.lastMs = row.atMs
    this.look(row)
    this.buckets.add(row.atMs, nowMs)
  }

  /** true: the newest or the oldest went, and both must be looked for again. */
  remove(row: IndexRow, nowMs: number): boolean {
    this.count--
    if (row.replayed) this.replayed--
    else if (row.refailed) this.refailed--
    this.buckets.remove(row.atMs, nowMs)
    if (row !== this.newest && row.atMs > this.oldestMs) return false
    this.newest = null
    this.oldestMs = Number.POSITIVE_INFINITY
    return true
  }

  /** Is it the newest or the oldest there is? */
  look(row: IndexRow): void {
    if (row.atMs < this.oldestMs) this.oldestMs = row.atMs
    if (this.newest === null || row.atMs >= this.newest.atMs) this.newest = row
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
