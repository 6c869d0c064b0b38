import type { DeadLetterIssue, IssueStatus } from '@/lib/contracts/dead-letters'
import { matchesAny } from '@/lib/permissions'
import type { DeadLetterIndex, Place } from '@/server/dead-letters/service'
import type { StoredSchedule } from './schedule-store'

/** What one replay of a schedule takes: each topic's letters are one of their own. */
export type Selection = { topic: string; fingerprint?: string; records?: Place[] }

const WAITING: ReadonlySet<IssueStatus> = new Set(['new', 'acknowledged', 'refailed'])
/** Of one replay. */
const RECORDS_MAX = 10_000

/** All that is open of the issue, topic by topic. */
export function onceSelections(index: DeadLetterIndex, { fingerprint = '' }: StoredSchedule): Selection[] {
  const [issue] = index.issues({ may: () => true, fingerprint })
  return (issue?.topics ?? []).map(topic => ({ topic, fingerprint }))
}

/**
 * What a rule may take now: letters of matching classes and topics that died since it was switched on and
 * have rested long enough, the minute's number of them, those left out that were refused before.
 */
export function ruleSelections(
  index: DeadLetterIndex,
  schedule: StoredSchedule,
  nowMs: number,
  isRefused: (topic: string, place: Place) => boolean,
): Selection[] {
  const { topics, exceptionClass = '', enabledAtMs, delayMinutes } = schedule
  const isMine = (issue: DeadLetterIssue) =>
    WAITING.has(issue.status) && matchesAny([exceptionClass], issue.exceptionClass ?? '')
  const byTopic = new Map<string, Place[]>()
  let left = Math.min(schedule.perMinute, RECORDS_MAX)
  for (const issue of index.issues({ may: () => true }).filter(isMine))
    for (const topic of issue.topics) {
      if (left === 0) break
      if (topics.length > 0 && !matchesAny(topics, topic)) continue
      const places = index
        .places({
          topic,
          fingerprint: issue.fingerprint,
          done: false,
          from: { kind: 'time', atMs: enabledAtMs ?? nowMs },
          until: { kind: 'time', atMs: nowMs - delayMinutes * 60_000 },
        })
        .filter(place => !isRefused(topic, place))
        .slice(0, left)
      if (places.length === 0) continue
      left -= places.length
      byTopic.set(topic, [...(byTopic.get(topic) ?? []), ...places])
    }
  return [...byTopic].map(([topic, records]) => ({ topic, records }))
}
