import type { NoticeRuleEvent, Severity } from '@/lib/contracts/dead-letter-rules'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { matchesAny } from '@/lib/permissions'
import type { RuleBody } from './rule-store'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const RANK: Record<Severity, number> = { info: 0, warning: 1, critical: 2 }
/** Open letters that make an issue critical, or a warning. */
const CRITICAL = 100
const WARNING = 10
const SETTLED: ReadonlySet<string> = new Set(['resolved', 'archived', 'replayed'])

/** How bad an issue is: by its open letters, and by how soon they go for good. */
export function severityOf(issue: DeadLetterIssue, nowMs: number): Severity {
  const leftMs = issue.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(issue.expiresAt) - nowMs
  if (issue.open >= CRITICAL || (issue.open > 0 && leftMs < DAY_MS)) return 'critical'
  return issue.open >= WARNING || issue.status === 'refailed' ? 'warning' : 'info'
}

export type Signal = { kind: NoticeRuleEvent; key: string }

/**
 * What a rule has to tell of an issue now. `burst` and `expiring` stand in the issue itself and are told once
 * an hour and once a day; `new` and `reopened` are what was found just now. Owners are the origin's, the
 * assignee or the consumer group.
 */
export function signalsOf(
  rule: RuleBody,
  issue: DeadLetterIssue,
  found: { fresh: 'new' | 'reopened' | null; owner: string | null; nowMs: number },
): Signal[] {
  const { fresh, owner, nowMs } = found
  const topics = [...issue.topics, ...(issue.originTopic === null ? [] : [issue.originTopic])]
  if (rule.topics.length > 0 && !topics.some(topic => matchesAny(rule.topics, topic))) return []
  const owners = [owner, issue.assignee, issue.consumerGroup].filter(name => name !== null)
  if (rule.owners.length > 0 && !owners.some(name => matchesAny(rule.owners, name))) return []
  if (RANK[severityOf(issue, nowMs)] < RANK[rule.severity]) return []
  const signals: Signal[] = []
  const { fingerprint, status } = issue
  if (fresh !== null && rule.events.includes(fresh))
    // An issue is new once; it may come back as often as it is resolved.
    signals.push({
      kind: fresh,
      key: fresh === 'new' ? `new:${fingerprint}` : `reopened:${fingerprint}:${nowMs}`,
    })
  if (SETTLED.has(status)) return signals
  const hour = Math.floor(nowMs / HOUR_MS)
  if (rule.events.includes('burst') && (issue.spark.at(-1) ?? 0) >= rule.burst)
    signals.push({ kind: 'burst', key: `burst:${fingerprint}:${hour}` })
  const leftMs = issue.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(issue.expiresAt) - nowMs
  if (rule.events.includes('expiring') && issue.open > 0 && leftMs < rule.hours * HOUR_MS)
    signals.push({ kind: 'expiring', key: `expiring:${fingerprint}:${Math.floor(nowMs / DAY_MS)}` })
  return signals
}
