import type {
  DeadLetter,
  DeadLetterIssue,
  DeadLetterRow,
  DeadLetterTopic,
  Family,
  IssueStatus,
} from '@/lib/contracts/dead-letters'
import type { Origin } from '@/lib/dead-letter'
import type { LedgerEntry } from '@/server/replays/ledger'
import type { PastOutcome } from '@/server/replays/past-outcomes'
import type { FoundTopic } from './find-topics'
import type { IndexRow } from './index-row'
import type { Issue, IssueCell } from './issue-cell'
import { isNewer, issueStatus, type Triage } from './triage'
import type { WatchedTopic } from './watched-topic'

const iso = (ms: number): string => new Date(ms).toISOString()

/** The last millisecond of the year 9999: ISO 8601 as the contract has it ends there. */
const LATEST = 253_402_300_799_999
/** A time as the contract has it; null for what it cannot hold. */
export function isoOrNull(ms: number | null): string | null {
  return ms === null || !(ms >= 0 && ms <= LATEST) ? null : iso(ms)
}

/**
 * A header's word for a topic, where a topic can be called so; else one letter would break the answer about
 * all others.
 */
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

export function toRow(row: IndexRow, of: { fingerprint: string; status: IssueStatus }): DeadLetterRow {
  const { issue } = row.cell
  return {
    topic: row.topic,
    message: {
      partition: row.partition,
      offset: String(row.offset),
      timestamp: row.hasTime ? isoOrNull(row.atMs) : null,
    },
    family: row.family,
    key: row.key,
    preview: row.preview,
    origin: toOrigin(row.origin),
    exception: { class: issue.exceptionClass, message: row.message },
    consumerGroup: row.consumerGroup,
    attempts: row.attempts,
    ...of,
  }
}

/** When a topic's retention takes a record of that time; null: never, or not known. */
export type ExpiryOf = (topic: string, atMs: number) => number | null

/** The newest letter of some cells, as a row of the book. */
export function newestOf(cells: readonly IssueCell[]): number | null {
  const [first, ...others] = cells
  if (!first) return null
  return others.reduce((best, cell) => (cell.newestMs > best.newestMs ? cell : best), first).newest
}

/** One issue over the cells that the caller may see, and the newest letter of them. */
export function toIssue(
  issue: Issue,
  cells: readonly IssueCell[],
  newest: IndexRow,
  facts: {
    /** Fingerprints that a person counted to this one. */
    merged: string[]
    triage: Triage | undefined
    replaying: boolean
    expiryOf: ExpiryOf
    nowMs: number
  },
): DeadLetterIssue {
  const { triage, replaying, expiryOf, nowMs } = facts
  const sum = (of: (cell: IssueCell) => number) => cells.reduce((n, cell) => n + of(cell), 0)
  const count = sum(cell => cell.count)
  const open = sum(cell => cell.open)
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
    ...(facts.merged.length > 0 && { merged: facts.merged }),
    status: issueStatus(
      {
        open,
        replayed: sum(cell => cell.replayed),
        refailed: sum(cell => cell.refailed),
        newer: hasNewer(triage, cells),
        replaying,
      },
      triage,
    ),
    exceptionClass: issue.exceptionClass,
    message: issue.maskedMessage,
    sampleMessage: newest.message,
    frames: issue.frames,
    family: issue.family,
    topic: newest.topic,
    topics: [...new Set(cells.map(cell => cell.topic))].sort(),
    originTopic: topicOrNull(issue.originTopic),
    consumerGroup: issue.consumerGroup,
    count,
    open,
    dropped: sum(cell => cell.dropped),
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
    /** Letters that are retained but not kept. */
    leftOut: number
    expiryOf: ExpiryOf
  },
): DeadLetterTopic {
  // Where everything is indexed, rows are the count; offsets also count transaction markers and gaps.
  const isWhole = watched?.complete === true && facts.leftOut === 0
  const records = isWhole ? BigInt(summary?.count ?? 0) : (watched?.span ?? null)
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
    complete: isWhole,
    ...(facts.leftOut > 0 && { leftOut: facts.leftOut }),
    problem: found.problem ?? watched?.problem ?? cursorProblem ?? null,
  }
}

export function toReplayMark({ replay, atMs, target, count }: LedgerEntry): DeadLetter['replays'][number] {
  const { topic, partition, offset } = target
  return {
    replay,
    at: isoOrNull(atMs) ?? iso(0),
    target: { topic, partition, offset: String(offset) },
    count,
    guarantee: 'exactly-once',
    unknown: false,
  }
}

/** A replay without a ledger, by its own mirror; null: the record went nowhere. */
export function toPlainMark({ replay, guarantee, item }: PastOutcome): DeadLetter['replays'][number] | null {
  const { target, targetOffset, count, atMs, outcome } = item
  if (!target) return null
  return {
    replay,
    at: isoOrNull(atMs) ?? iso(0),
    target: { ...target, offset: targetOffset?.toString() ?? null },
    count,
    guarantee,
    unknown: outcome === 'unknown',
  }
}
