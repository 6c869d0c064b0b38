import type { ReplayPlan } from '@/lib/contracts/replays'
import { LEDGER_TOPIC } from './ledger'
import type { ReplayRequest } from './plan-store'
import type { PlanTally } from './plan-tally'
import type { TopicLook } from './topic-facts'

type Warning = ReplayPlan['warnings'][number]

/**
 * What a person should know before it runs, of the contract's closed list; `index-incomplete` is the planner's own.
 */
export function planWarnings(facts: {
  request: ReplayRequest
  tally: PlanTally
  topics: ReadonlyMap<string, TopicLook>
  groupsComplete: boolean
  ledgerRetentionMs: number
  failingGroups: readonly string[]
}): Warning[] {
  const { request, tally, topics } = facts
  const warnings: Warning[] = []
  const keep = request.timestamp === 'keep'
  for (const [topic, { expired }] of tally.targets) {
    const look = topics.get(topic)
    if (typeof look !== 'object') continue
    // An old value, or an old tombstone, becomes the newest of its key.
    if (look.compacted) warnings.push({ code: 'compacted-target', params: { topic } })
    if (keep && look.logAppendTime) warnings.push({ code: 'log-append-time', params: { topic } })
    if (keep && expired > 0) warnings.push({ code: 'timestamp-expires', params: { topic, records: expired } })
  }
  const count = (code: Warning['code'], records: number) => {
    if (records > 0) warnings.push({ code, params: { records } })
  }
  if (request.kind === 'replay') {
    // Spring counts a retry's timeout from the record's timestamp: an old one goes straight back to the dead letters.
    if (keep) count('retry-timestamp', tally.retries)
    count('partition-changed', tally.otherPartition)
    count('source-headers-lost', tally.sourceHeadersLost)
  }
  const ledger = topics.get(LEDGER_TOPIC)
  if (typeof ledger === 'object' && isShorter(ledger.retentionMs, facts.ledgerRetentionMs))
    warnings.push({ code: 'ledger-retention', params: { topic: LEDGER_TOPIC } })
  if (request.targetCluster !== null)
    warnings.push({ code: 'other-cluster', params: { cluster: request.targetCluster } })
  if (request.canary !== null && facts.failingGroups.length === 0)
    warnings.push({ code: 'canary-without-group', params: {} })
  if (request.edit !== null && tally.replayable > 0 && tally.edited === 0)
    warnings.push({ code: 'edit-changes-nothing', params: {} })
  for (const change of tally.kinds.list()) warnings.push({ code: 'edit-changes-kind', params: change })
  if (!facts.groupsComplete) warnings.push({ code: 'groups-incomplete', params: {} })
  return warnings
}

/** Retentions in milliseconds, -1 for ever. */
function isShorter(retentionMs: number | null, wantedMs: number): boolean {
  if (retentionMs === null || retentionMs < 0) return false
  return wantedMs < 0 || retentionMs < wantedMs
}
