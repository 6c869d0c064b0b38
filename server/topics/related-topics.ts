import type { OutputOf } from '@/lib/contracts/endpoint'
import type { topics } from '@/lib/contracts/topics'
import { derivedTopic } from '@/lib/naming-policy/derived-topic'
import { DEFAULT_POLICY } from '@/lib/naming-policy/policy'
import { mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import type { KafkaCluster } from '@/server/kafka/port'
import { policyFor } from '@/server/policies/policy-for'

type RelatedTopic = OutputOf<typeof topics.get>['related'][number]

const MOST = 50

/**
 * The topic that this one derives from, and those that derive from the same base (dead letters, retries,
 * changelogs, ...), by the suffixes that names are checked by, by headers or by configuration.
 */
export async function relatedTopics(
  ctx: Context,
  cluster: KafkaCluster,
  topic: string,
): Promise<RelatedTopic[]> {
  const metadata = await cluster.metadata({ signal: ctx.signal, maxAgeMs: 5000 })
  const sampler = ctx.services.topics.of(cluster.id)
  const index = ctx.services.deadLetters.of(cluster.id)
  const policy = await policyFor(ctx, cluster.id).then(
    active => active.policy,
    () => DEFAULT_POLICY, // Without the store names still tell what most topics derive from.
  )
  const baseOf = (name: string): { kind: RelatedTopic['kind'] | null; base: string | null } => {
    const derived = derivedTopic(name, policy) ?? { kind: null, base: null }
    const isDeadLetter = derived.kind === 'dead-letter' || index.isDeadLetterTopic(name)
    if (!isDeadLetter || derived.kind === 'retry') return derived
    return { kind: 'dead-letter', base: index.originOf(name) ?? derived.base }
  }
  const base = baseOf(topic).base ?? topic
  const found: RelatedTopic[] = []
  for (const name of metadata.topics.keys()) {
    if (found.length >= MOST) break
    if (name === topic) continue
    const derived = name === base ? { kind: 'origin' as const, base } : baseOf(name)
    if (derived.kind === null || derived.base !== base) continue
    if (!mayDo(ctx, 'topic.read', { cluster: cluster.id, topic: name })) continue
    const messages = sampler.sample(name)?.messages
    found.push({ topic: name, kind: derived.kind, messages: messages == null ? null : String(messages) })
  }
  return found.sort((a, b) => (a.topic < b.topic ? -1 : 1))
}
