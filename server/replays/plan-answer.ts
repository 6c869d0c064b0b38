import type { ReplayPlan } from '@/lib/contracts/replays'
import type { Context } from '@/server/context'
import type { KafkaCluster } from '@/server/kafka/port'
import { affectedGroups } from './affected-groups'
import { diffHeaders } from './header-diff'
import type { Accepted, Rules, Verdict } from './judge-letter'
import { LEDGER_TOPIC, type LedgerState } from './ledger'
import type { StoredPlan } from './plan-store'
import { planWarnings } from './plan-warnings'
import type { EditSample, HeaderSample, Letter } from './read-letters'
import type { TopicLook } from './topic-facts'

/** A letter and what a replay would do with it. */
export type Judged = { letter: Letter; verdict: Verdict }

const DIFFS = 5
const REFUSAL_SAMPLES = 5
const PLACEHOLDER_ID = 'r-…'

/** A plan as a person reads it: counts, targets, refusals, groups, differences, warnings. */
export async function toAnswer(parts: {
  ctx: Context
  stored: StoredPlan
  judged: readonly Judged[]
  samples: readonly HeaderSample[]
  edits: readonly EditSample[]
  needsApproval: boolean
  /** Where the targets stand. */
  targetCluster: KafkaCluster
  topics: ReadonlyMap<string, TopicLook>
  ledger: LedgerState
  by: string | null
  rules: Rules
}): Promise<ReplayPlan> {
  const { ctx, targetCluster, stored, judged, topics, ledger } = parts
  const good = judged.flatMap(({ letter, verdict }) =>
    verdict.refusal === null ? [{ letter, verdict }] : [],
  )
  const targets = targetsOf(good, topics)
  const failing = new Set(stored.frozen.failingGroups)
  const names = targets.map(one => one.topic)
  const affected = await affectedGroups(targetCluster, names, failing, ctx.signal)
  return {
    planId: stored.id,
    hash: stored.hash,
    expiresAt: new Date(stored.expiresAtMs).toISOString(),
    selected: judged.length,
    replayable: good.length,
    refused: judged.length - good.length,
    sourceTopic: stored.request.topic,
    targets,
    refusals: refusalsOf(judged),
    affectedGroups: affected.groups,
    headerDiffs: diffsOf(parts, new Map(good.map(one => [keyOf(one.letter), one]))),
    edits:
      stored.request.edit === null
        ? null
        : {
            changed: good.filter(({ letter }) => letter.isEdited).length,
            unchanged: good.filter(({ letter }) => !letter.isEdited).length,
            samples: parts.edits.map(toEditDiff),
          },
    needsApproval: parts.needsApproval,
    targetCluster: stored.request.targetCluster,
    warnings: planWarnings({
      request: stored.request,
      letters: good,
      topics,
      nowMs: parts.rules.nowMs,
      groupsComplete: affected.complete,
      ledgerRetentionMs: stored.frozen.ledgerRetentionMs,
      failingGroups: stored.frozen.failingGroups,
    }),
    bytes: String(good.reduce((sum, { letter }) => sum + letter.payloadBytes, 0)),
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

const keyOf = (ref: { partition: number; offset: bigint }) => `${ref.partition}/${ref.offset}`

function targetsOf(good: readonly Accepted[], topics: ReadonlyMap<string, TopicLook>): ReplayPlan['targets'] {
  const byTopic = Map.groupBy(good, ({ verdict }) => verdict.target.topic)
  return [...byTopic].map(([topic, accepted]) => {
    const look = topics.get(topic)
    const byPartition = Map.groupBy(accepted, ({ verdict }) => verdict.target.partition)
    return {
      topic,
      records: accepted.length,
      partitions: [...byPartition]
        .map(([partition, list]) => ({ partition, records: list.length }))
        .sort((a, b) => a.partition - b.partition),
      compacted: typeof look === 'object' && look.compacted,
    }
  })
}

function refusalsOf(judged: readonly Judged[]): ReplayPlan['refusals'] {
  const found = new Map<string, ReplayPlan['refusals'][number]>()
  for (const { letter, verdict } of judged) {
    if (verdict.refusal === null) continue
    const entry = found.get(verdict.refusal) ?? { reason: verdict.refusal, count: 0, samples: [] }
    entry.count += 1
    if (entry.samples.length < REFUSAL_SAMPLES) {
      const { partition, offset } = letter
      entry.samples.push({ partition, offset: offset.toString(), params: verdict.params })
    }
    found.set(verdict.refusal, entry)
  }
  return [...found.values()].sort((a, b) => b.count - a.count)
}

function diffsOf(
  {
    samples,
    by,
    rules,
    stored,
  }: { samples: readonly HeaderSample[]; by: string | null; rules: Rules; stored: StoredPlan },
  good: ReadonlyMap<string, Accepted>,
): ReplayPlan['headerDiffs'] {
  const diffs: ReplayPlan['headerDiffs'] = []
  const edited = stored.request.edit?.headers ?? []
  if (rules.kind === 'copy' && edited.length === 0) return diffs
  for (const sample of samples) {
    const accepted = good.get(keyOf(sample))
    if (!accepted || diffs.length >= DIFFS) continue
    const { count } = accepted.verdict
    const stamp = {
      replay: PLACEHOLDER_ID,
      count,
      atMs: rules.nowMs,
      by,
      timestamp: stored.request.timestamp,
    }
    const family = accepted.letter.decoded?.family ?? 'unknown'
    diffs.push(diffHeaders(sample, family, rules.sourceTopic, rules.kind === 'copy' ? null : stamp, edited))
  }
  return diffs
}
