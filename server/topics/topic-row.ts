import type { TopicRow } from '@/lib/contracts/topics'
import { verdictOf } from '@/lib/naming-policy/check-name'
import { classifyTopic } from '@/lib/naming-policy/classify-topic'
import type { NamingPolicy } from '@/lib/naming-policy/policy'
import type { LagSampler } from '@/server/groups/service'
import type { Answer, TopicMetadata } from '@/server/kafka/port'
import type { TopicSampler } from './service'

/** A topic's row from metadata and the sampler's memory; configs are read for the rows of a page only. */
export function toTopicRow(
  name: string,
  answer: Answer<TopicMetadata>,
  sampler: TopicSampler,
  groups: number | null,
  policy: NamingPolicy,
  nowMs: number,
): TopicRow {
  const sample = sampler.sample(name)
  const shared = {
    name,
    ...judge(policy, name, nowMs),
    messages: sample?.messages == null ? null : String(sample.messages),
    bytes: sample?.bytes == null ? null : String(sample.bytes),
    ratePerSecond: sample?.ratePerSecond ?? null,
    cleanupPolicy: null,
    retentionMs: null,
    groups,
  }
  if (!answer.ok) {
    const internal = shared.kind === 'internal'
    return {
      ...shared,
      ...{ topicId: null, internal, partitions: 0, replicationFactor: 0 },
      ...{ inSync: { have: 0, want: 0 }, underReplicated: 0, offline: 0 },
      problem: answer.problem,
    }
  }
  const { partitions, topicId, internal } = answer.value
  let [have, want, most, underReplicated, offline] = [0, 0, 0, 0, 0]
  for (const { isr, replicas, leader } of partitions) {
    have += isr.length
    want += replicas.length
    most = Math.max(most, replicas.length)
    if (isr.length < replicas.length) underReplicated++
    if (leader === null) offline++
  }
  return {
    ...shared,
    topicId,
    internal: internal || shared.kind === 'internal',
    partitions: partitions.length,
    replicationFactor: most,
    inSync: { have, want },
    underReplicated,
    offline,
    problem: null,
  }
}

type Judged = Pick<TopicRow, 'kind' | 'policy'>
const judged = new WeakMap<NamingPolicy, { untilMs: number; verdicts: Map<string, Judged> }>()
const MOST_JUDGED = 50_000
/** Exceptions of a policy expire: verdicts are asked anew after a minute. */
const JUDGED_MS = 60_000

/** A verdict holds for the name under one policy; bounded, since names come and go. */
function judge(policy: NamingPolicy, name: string, nowMs: number): Judged {
  let kept = judged.get(policy)
  if (!kept || nowMs >= kept.untilMs || kept.verdicts.size >= MOST_JUDGED) {
    kept = { untilMs: nowMs + JUDGED_MS, verdicts: new Map() }
    judged.set(policy, kept)
  }
  const known = kept.verdicts.get(name)
  if (known) return known
  const verdict = { kind: classifyTopic(name).kind, policy: verdictOf(policy, name, nowMs) }
  kept.verdicts.set(name, verdict)
  return verdict
}

const counted = new WeakMap<object, ReadonlyMap<string, number>>()

/** How many groups committed on each topic, or null before the first lag snapshot; counted once a snapshot. */
export function groupsByTopic(lag: LagSampler): ReadonlyMap<string, number> | null {
  const rows = lag.snapshot()?.rows
  if (!rows) return null
  const known = counted.get(rows)
  if (known) return known
  const counts = new Map<string, number>()
  for (const row of rows) for (const topic of row.topics) counts.set(topic, (counts.get(topic) ?? 0) + 1)
  counted.set(rows, counts)
  return counts
}
