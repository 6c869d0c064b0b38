import type { TopicRow } from '@/lib/contracts/topics'
import { checkName } from '@/lib/naming-policy/check-name'
import { classifyTopic } from '@/lib/naming-policy/classify-topic'
import { DEFAULT_POLICY } from '@/lib/naming-policy/policy'
import type { LagSampler } from '@/server/groups/service'
import type { Answer, TopicMetadata } from '@/server/kafka/port'
import type { TopicSampler } from './service'

/** A topic's row from metadata and the sampler's memory; configs are filled in for the rows of a page only (`withConfigs`). */
export function toTopicRow(
  name: string,
  answer: Answer<TopicMetadata>,
  sampler: TopicSampler,
  groups: number | null,
): TopicRow {
  const sample = sampler.sample(name)
  const shared = {
    name,
    kind: classifyTopic(name).kind,
    policy: policyOf(name),
    messages: sample?.messages == null ? null : String(sample.messages),
    bytes: sample?.bytes == null ? null : String(sample.bytes),
    ratePerSecond: sample?.ratePerSecond ?? null,
    cleanupPolicy: null,
    retentionMs: null,
    groups,
  }
  if (!answer.ok) {
    const nothing = { topicId: null, internal: name.startsWith('__'), partitions: 0, replicationFactor: 0 }
    return {
      ...shared,
      ...nothing,
      inSync: { have: 0, want: 0 },
      underReplicated: 0,
      offline: 0,
      problem: answer.problem,
    }
  }
  const { partitions, topicId, internal } = answer.value
  const have = partitions.reduce((n, p) => n + p.isr.length, 0)
  const want = partitions.reduce((n, p) => n + p.replicas.length, 0)
  return {
    ...shared,
    topicId,
    internal: internal || shared.kind === 'internal',
    partitions: partitions.length,
    replicationFactor: Math.max(0, ...partitions.map(p => p.replicas.length)),
    inSync: { have, want },
    underReplicated: partitions.filter(p => p.isr.length < p.replicas.length).length,
    offline: partitions.filter(p => p.leader === null).length,
    problem: null,
  }
}

const verdicts = new Map<string, TopicRow['policy']>()

/** The policy is a constant today, so a verdict holds for the name; bounded, since names come and go. */
function policyOf(name: string): TopicRow['policy'] {
  const known = verdicts.get(name)
  if (known) return known
  const kind = classifyTopic(name).kind
  const verdict = kind === 'internal' ? 'exempt' : checkName(DEFAULT_POLICY, name).valid ? 'ok' : 'violation'
  if (verdicts.size > 50_000) verdicts.clear()
  verdicts.set(name, verdict)
  return verdict
}

/** How many groups committed on each topic, or null before the first lag snapshot. */
export function groupsByTopic(lag: LagSampler): ReadonlyMap<string, number> | null {
  const snapshot = lag.snapshot()
  if (!snapshot) return null
  const counts = new Map<string, number>()
  for (const row of snapshot.rows)
    for (const topic of row.topics) counts.set(topic, (counts.get(topic) ?? 0) + 1)
  return counts
}
