import type {
  DeadLetter,
  DeadLetterIssue,
  DeadLetterRow,
  DeadLetterTopic,
  Family,
} from '@/lib/contracts/dead-letters'
import type { Origin } from '@/lib/dead-letter'
import type { FoundTopic } from './find-topics'
import type { IndexRow } from './index-row'
import type { Issue, IssueCell } from './issue-cell'
import type { ReplayMark } from './replay-marks'
import { isNewer, issueStatus, letterStatus, type Triage } from './triage'
import type { WatchedTopic } from './watched-topic'

const iso = (ms: number): string => new Date(ms).toISOString()

/** The last millisecond of the year 9999: ISO 8601 as the contract has it ends there. */
const LATEST = 253_402_300_799_999
/** A time as the contract has it; null for what it cannot hold. */
export function isoOrNull(ms: number | null): string | null {
  return ms === null || !(ms >= 0 && ms <= LATEST) ? null : iso(ms)
}

/** A header's word for a topic, where a topic can be called so; else one letter would break the answer about all others. */
function topicOrNull(name: string | null): string | null {
  return name !== null && /^[A-Za-z0-9._-]{1,249}$/.test(name) ? name : null
}

export function toOrigin(origin: Origin): DeadLetter['origin'] {
  return {
    topic: origin.topic,
    partition: origin.partition,
    offset: origin.offset === null ? null : String(origin.offset),
    timestamp: isoOrNull(origin.timestampMs),
  }
}

export function toRow(row: IndexRow, triage: Triage | undefined, replaying = false): DeadLetterRow {
  const { issue } = row.cell
  return {
    topic: row.topic,
    partition: row.partition,
    offset: String(row.offset),
    timestamp: row.hasTime ? isoOrNull(row.atMs) : null,
    family: row.family,
    key: row.key,
    preview: row.preview,
    origin: toOrigin(row.origin),
    exceptionClass: issue.exceptionClass,
    message: row.message,
    consumerGroup: row.consumerGroup,
    attempts: row.attempts,
    fingerprint: issue.fingerprint,
    status: letterStatus(row, triage, replaying),
  }
}

/** When a topic's retention takes a record of that time; null: never, or not known. */
export type ExpiryOf = (topic: string, atMs: number) => number | null

/** One issue over the cells that the caller may see; null when there are none. */
export function toIssue(
  issue: Issue,
  cells: readonly IssueCell[],
  triage: Triage | undefined,
  replaying: boolean,
  expiryOf: ExpiryOf,
  nowMs: number,
): DeadLetterIssue | null {
  const [first] = cells
  const newest = cells.reduce<IndexRow | null>(
    (best, cell) =>
      cell.newest !== null && (best === null || cell.newest.atMs > best.atMs) ? cell.newest : best,
    null,
  )
  if (!first || newest === null) return null
  const sum = (of: (cell: IssueCell) => number) => cells.reduce((n, cell) => n + of(cell), 0)
  const count = sum(cell => cell.count)
  const open = count - sum(cell => cell.replayed)
  const lastMs = Math.max(...cells.map(cell => cell.lastMs))
  const firstMs = Math.min(
    triage?.firstSeenMs ?? Number.POSITIVE_INFINITY,
    ...cells.map(cell => cell.firstMs),
  )
  const expiries = cells.map(cell => expiryOf(cell.topic, cell.oldestMs)).filter(ms => ms !== null)
  const spark = new Array<number>(24).fill(0)
  for (const cell of cells)
    for (const [i, n] of cell.buckets.list(nowMs).entries()) spark[i] = (spark[i] ?? 0) + n
  return {
    fingerprint: issue.fingerprint,
    status: issueStatus(
      { open, refailed: sum(cell => cell.refailed), newer: hasNewer(triage, cells), replaying },
      triage,
    ),
    exceptionClass: issue.exceptionClass,
    message: issue.maskedMessage,
    sampleMessage: newest.message,
    frames: issue.frames,
    family: issue.family,
    topic: newest.topic,
    topics: cells.map(cell => cell.topic).sort(),
    originTopic: topicOrNull(issue.originTopic),
    consumerGroup: issue.consumerGroup,
    count,
    open,
    firstSeen: isoOrNull(firstMs) ?? iso(nowMs),
    lastSeen: isoOrNull(lastMs) ?? iso(nowMs),
    expiresAt: expiries.length === 0 ? null : isoOrNull(Math.min(...expiries)),
    assignee: triage?.assignee ?? null,
    spark,
    sample: { topic: newest.topic, partition: newest.partition, offset: String(newest.offset) },
  }
}

/** Did letters come to these cells after the decision? */
export function hasNewer(triage: Triage | undefined, cells: Iterable<IssueCell>): boolean {
  if (triage === undefined) return false
  for (const { topic, ends, lastMs } of cells)
    for (const [partition, offset] of ends)
      if (isNewer(triage, { topic, partition, offset, atMs: lastMs })) return true
  return false
}

/** What the rows of one topic add up to. */
export type TopicSummary = {
  families: Set<Family>
  newestMs: number
  oldestMs: number
  count: number
  last24h: number
  groups: Set<string>
  needsOrigin: boolean
}

export function toTopic(
  found: FoundTopic,
  watched: WatchedTopic | null,
  summary: TopicSummary | undefined,
  facts: {
    originTopic: string | null
    originBy: DeadLetterTopic['originBy']
    retryTopics: string[]
    expiryOf: ExpiryOf
  },
): DeadLetterTopic {
  // Where everything is indexed, rows are the count; offsets also count transaction markers and gaps.
  const records = watched?.complete ? BigInt(summary?.count ?? 0) : (watched?.span ?? null)
  const cursorProblem = watched
    ? [...watched.cursors.values()].find(cursor => cursor.problem !== null)?.problem
    : null
  return {
    topic: found.name,
    by: found.by,
    families: summary ? [...summary.families].sort() : [],
    originTopic: topicOrNull(facts.originTopic),
    originBy: topicOrNull(facts.originTopic) === null ? null : facts.originBy,
    retryTopics: facts.retryTopics,
    groups: summary ? [...summary.groups].sort().slice(0, 20) : [],
    needsOrigin: summary?.needsOrigin ?? false,
    records: records === null ? null : String(records),
    last24h: watched?.scannedAtMs == null ? null : (summary?.last24h ?? 0),
    newest: summary ? isoOrNull(summary.newestMs) : null,
    oldestExpiresAt: summary ? isoOrNull(facts.expiryOf(found.name, summary.oldestMs)) : null,
    scannedAt: isoOrNull(watched?.scannedAtMs ?? null),
    complete: watched?.complete ?? false,
    problem: found.problem ?? watched?.problem ?? cursorProblem ?? null,
  }
}

export function toReplayMark({ replay, atMs, target, count }: ReplayMark): DeadLetter['replays'][number] {
  const { topic, partition, offset } = target
  return {
    replay,
    at: isoOrNull(atMs) ?? iso(0),
    target: { topic, partition, offset: String(offset) },
    count,
  }
}
