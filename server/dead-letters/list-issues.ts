import {
  type DeadLetterIssue,
  deadLetters,
  type IssueStatus,
  issueStatus,
} from '@/lib/contracts/dead-letters'
import { trendOf } from '@/lib/dead-letter'
import { authorise, mayDo } from '@/server/auth/authorise'
import { paginate } from '@/server/http/paginate'
import { verb } from '@/server/http/verb'
import { isoOrNull } from './index-answers'
import { rightsOf } from './rights'

const DAY_MS = 86_400_000
const UNRESOLVED: ReadonlySet<IssueStatus> = new Set(['new', 'acknowledged', 'refailed'])

/**
 * Issues (letters with one fingerprint) over the topics that the caller may see. What went wrong is told to
 * all who may see dead letters, an exception's message included, although it may quote a record: only keys
 * and values need the right to read records.
 */
export const listIssues = verb(deadLetters.groups, async (ctx, input) => {
  const { cluster, topic, status, unresolved, fingerprint, query, sort, assignee, origin, group } = input
  authorise(ctx, 'deadletter.read', { cluster, ...(topic !== undefined && { topic }) })
  const index = ctx.services.deadLetters.of(cluster)
  const rights = rightsOf(ctx, cluster)
  const all = index.issues({ topic, may: rights.mayList })
  const part = (text: string | null, wanted: string | undefined) =>
    wanted === undefined || (text ?? '').toLowerCase().includes(wanted.toLowerCase())
  const needle = query?.normalize('NFC').toLowerCase()
  const found = all.filter(
    issue =>
      (fingerprint === undefined || issue.fingerprint === fingerprint) &&
      (assignee === undefined || issue.assignee === assignee) &&
      part(issue.originTopic, origin) &&
      part(issue.consumerGroup, group) &&
      (!needle || mentions(issue, needle)),
  )

  const byStatus = Object.fromEntries(issueStatus.options.map(s => [s, 0])) as Record<IssueStatus, number>
  for (const issue of found) byStatus[issue.status]++
  const matched = found
    .filter(
      issue =>
        (status === undefined || issue.status === status) && (!unresolved || UNRESOLVED.has(issue.status)),
    )
    .sort(orders[sort])
  const soonMs = ctx.clock.now() + DAY_MS
  const trends = found.filter(issue => UNRESOLVED.has(issue.status)).map(issue => trendOf(issue.spark))
  const seen = index.topics().filter(one => mayDo(ctx, 'deadletter.read', { cluster, topic: one.topic }))
  const leftOut = seen.reduce((sum, one) => sum + (one.leftOut ?? 0), 0)
  return {
    ...paginate(matched, input, issue => issue.fingerprint),
    total: all.length,
    matched: matched.length,
    topics: seen.length,
    complete: index.complete(),
    byStatus,
    ...(leftOut > 0 && { leftOut: { letters: leftOut, limit: index.limit } }),
    open: matched.reduce((sum, issue) => sum + issue.open, 0),
    expiringSoon: found.filter(
      ({ open, expiresAt }) => open > 0 && expiresAt !== null && Date.parse(expiresAt) < soonMs,
    ).length,
    recent: trends.reduce((sum, trend) => sum + trend.recent, 0),
    growing: trends.filter(trend => trend.state === 'growing').length,
    sampledAt: isoOrNull(index.sampledAtMs()) ?? undefined,
    problems: [...index.problems()],
  }
})

function mentions(issue: DeadLetterIssue, needle: string): boolean {
  return [
    issue.exceptionClass,
    issue.message,
    issue.sampleMessage,
    issue.originTopic,
    issue.consumerGroup,
    issue.assignee,
    issue.fingerprint,
    ...issue.topics,
  ].some(text => text?.normalize('NFC').toLowerCase().includes(needle))
}

type Order = (a: DeadLetterIssue, b: DeadLetterIssue) => number

/** ISO times of one form compare as text. */
const newestFirst =
  (timeOf: (issue: DeadLetterIssue) => string): Order =>
  (a, b) =>
    timeOf(a) < timeOf(b) ? 1 : timeOf(a) > timeOf(b) ? -1 : byFingerprint(a, b)

const byFingerprint: Order = (a, b) =>
  a.fingerprint < b.fingerprint ? -1 : a.fingerprint > b.fingerprint ? 1 : 0
const byLastSeen = newestFirst(issue => issue.lastSeen)

const orders: Record<'lastSeen' | 'recent' | 'count' | 'firstSeen' | 'expires', Order> = {
  lastSeen: byLastSeen,
  firstSeen: newestFirst(issue => issue.firstSeen),
  recent: (a, b) => trendOf(b.spark).recent - trendOf(a.spark).recent || byLastSeen(a, b),
  count: (a, b) => b.count - a.count || byLastSeen(a, b),
  // What goes first comes first; what never goes comes last.
  expires: (a, b) => {
    if (a.expiresAt === b.expiresAt) return byLastSeen(a, b)
    if (a.expiresAt === null) return 1
    if (b.expiresAt === null) return -1
    return a.expiresAt < b.expiresAt ? -1 : 1
  },
}
