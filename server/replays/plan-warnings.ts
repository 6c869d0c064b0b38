import type { ReplayPlan } from '@/lib/contracts/replays'
import type { Accepted } from './judge-letter'
import { LEDGER_TOPIC } from './ledger'
import type { ReplayRequest } from './plan-store'
import type { TopicLook } from './topic-facts'

type Warning = ReplayPlan['warnings'][number]

/**
 * What a person should know before it runs, of the contract's closed list; `index-incomplete` is the planner's own.
 */
export function planWarnings(facts: {
  request: ReplayRequest
  letters: readonly Accepted[]
  topics: ReadonlyMap<string, TopicLook>
  nowMs: number
  groupsComplete: boolean
  ledgerRetentionMs: number
  failingGroups: readonly string[]
}): Warning[] {
  const { request, letters, topics, nowMs } = facts
  const warnings: Warning[] = []
  const keep = request.timestamp === 'keep'
  for (const [topic, accepted] of Map.groupBy(letters, one => one.verdict.target.topic)) {
    const look = topics.get(topic)
    if (typeof look !== 'object') continue
    // An old value, or an old tombstone, becomes the newest of its key.
    if (look.compacted) warnings.push({ code: 'compacted-target', params: { topic } })
    if (keep && look.logAppendTime) warnings.push({ code: 'log-append-time', params: { topic } })
    const { retentionMs } = look
    const expired = accepted.filter(
      ({ letter }) =>
        retentionMs !== null &&
        retentionMs >= 0 &&
        letter.timestampMs >= 0 &&
        nowMs - letter.timestampMs > retentionMs,
    ).length
    if (keep && expired > 0) warnings.push({ code: 'timestamp-expires', params: { topic, records: expired } })
  }
  const count = (code: Warning['code'], which: (one: Accepted) => boolean) => {
    const records = letters.filter(which).length
    if (records > 0) warnings.push({ code, params: { records } })
  }
  if (request.kind === 'replay') {
    // Spring counts a retry's timeout from the record's timestamp: an old one goes straight back to the dead letters.
    count('retry-timestamp', ({ letter }) => keep && letter.decoded?.family === 'spring-retry')
    count('partition-changed', ({ letter, verdict }) => {
      const before = letter.decoded?.origin.partition ?? null
      return request.partitioning === 'origin' && before !== null && before !== verdict.target.partition
    })
    count(
      'source-headers-lost',
      ({ letter }) => letter.decoded?.notes.includes('source-headers-lost') === true,
    )
  }
  const ledger = topics.get(LEDGER_TOPIC)
  if (typeof ledger === 'object' && isShorter(ledger.retentionMs, facts.ledgerRetentionMs))
    warnings.push({ code: 'ledger-retention', params: { topic: LEDGER_TOPIC } })
  if (request.targetCluster !== null)
    warnings.push({ code: 'other-cluster', params: { cluster: request.targetCluster } })
  if (request.canary !== null && facts.failingGroups.length === 0)
    warnings.push({ code: 'canary-without-group', params: {} })
  if (request.edit !== null && letters.length > 0 && letters.every(({ letter }) => !letter.isEdited))
    warnings.push({ code: 'edit-changes-nothing', params: {} })
  if (!facts.groupsComplete) warnings.push({ code: 'groups-incomplete', params: {} })
  return warnings
}

/** Retentions in milliseconds, -1 for ever. */
function isShorter(retentionMs: number | null, wantedMs: number): boolean {
  if (retentionMs === null || retentionMs < 0) return false
  return wantedMs < 0 || retentionMs < wantedMs
}
