import type { ReplayPlan } from '@/lib/contracts/replays'
import type { Context } from '@/server/context'
import type { KafkaCluster } from '@/server/kafka/port'
import { affectedGroups } from './affected-groups'
import { diffHeaders } from './header-diff'
import type { Rules } from './judge-letter'
import { LEDGER_TOPIC, type LedgerState } from './ledger'
import type { StoredPlan } from './plan-store'
import type { PlanTally } from './plan-tally'
import { planWarnings } from './plan-warnings'
import type { EditSample } from './read-letters'
import type { TopicLook } from './topic-facts'

const DIFFS = 5
const PLACEHOLDER_ID = 'r-…'

/** A plan as a person reads it: counts, targets, refusals, groups, differences, warnings. */
export async function toAnswer(parts: {
  ctx: Context
  stored: StoredPlan
  tally: PlanTally
  edits: readonly EditSample[]
  needsApproval: boolean
  /** Where the targets stand. */
  targetCluster: KafkaCluster
  topics: ReadonlyMap<string, TopicLook>
  ledger: LedgerState
  by: string | null
  rules: Rules
}): Promise<ReplayPlan> {
  const { ctx, targetCluster, stored, tally, topics, ledger } = parts
  const { selected, replayable, edited } = tally
  const failing = new Set(stored.frozen.failingGroups)
  const affected = await affectedGroups(targetCluster, [...tally.targets.keys()], failing, ctx.signal)
  return {
    planId: stored.id,
    hash: stored.hash,
    expiresAt: new Date(stored.expiresAtMs).toISOString(),
    selected,
    replayable,
    refused: selected - replayable,
    sourceTopic: stored.request.topic,
    targets: targetsOf(tally, topics),
    refusals: [...tally.refusals.values()].sort((a, b) => b.count - a.count),
    affectedGroups: affected.groups,
    headerDiffs: diffsOf(parts),
    edits:
      stored.request.edit === null
        ? null
        : { changed: edited, unchanged: replayable - edited, samples: parts.edits.map(toEditDiff) },
    needsApproval: parts.needsApproval,
    targetCluster: stored.request.targetCluster,
    warnings: planWarnings({
      request: stored.request,
      tally,
      topics,
      groupsComplete: affected.complete,
      ledgerRetentionMs: stored.frozen.ledgerRetentionMs,
      failingGroups: stored.frozen.failingGroups,
    }),
    bytes: String(tally.bytes),
    guarantee: stored.request.guarantee,
    ledger: {
      topic: LEDGER_TOPIC,
      state: ledger.state,
      reason: ledger.state === 'unavailable' ? ledger.reason : null,
    },
  }
}

/** A sample's key and value before and after; null where the edit changes nothing. */
export function toEditDiff({ partition, offset, before, after }: EditSample) {
  const pair = (one: string | null, other: string | null) =>
    one === other ? null : { before: one, after: other }
  return {
    record: { partition, offset: offset.toString() },
    key: pair(before.key, after.key),
    value: pair(before.value, after.value),
  }
}

function targetsOf(tally: PlanTally, topics: ReadonlyMap<string, TopicLook>): ReplayPlan['targets'] {
  return [...tally.targets].map(([topic, { records, partitions }]) => {
    const look = topics.get(topic)
    return {
      topic,
      records,
      partitions: [...partitions]
        .map(([partition, at]) => ({ partition, records: at.records }))
        .sort((a, b) => a.partition - b.partition),
      compacted: typeof look === 'object' && look.compacted,
    }
  })
}

function diffsOf({
  tally,
  by,
  rules,
  stored,
}: {
  tally: PlanTally
  by: string | null
  rules: Rules
  stored: StoredPlan
}): ReplayPlan['headerDiffs'] {
  const edited = stored.request.edit?.headers ?? []
  if (rules.kind === 'copy' && edited.length === 0) return []
  return tally.shown.slice(0, DIFFS).map(({ sample, accepted }) => {
    const { count } = accepted.verdict
    const { timestamp } = stored.request
    const stamp = { replay: PLACEHOLDER_ID, count, atMs: rules.nowMs, by, timestamp }
    const family = accepted.letter.decoded?.family ?? 'unknown'
    return diffHeaders(sample, family, rules.sourceTopic, rules.kind === 'copy' ? null : stamp, edited)
  })
}
