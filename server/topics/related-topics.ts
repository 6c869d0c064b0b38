import type { OutputOf } from '@/lib/contracts/endpoint'
import type { topics } from '@/lib/contracts/topics'
import { classifyTopic } from '@/lib/naming-policy/classify-topic'
import { mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import type { KafkaCluster } from '@/server/kafka/port'

type RelatedTopic = OutputOf<typeof topics.get>['related'][number]

const MOST = 50

/**
 * The topic that this one derives from, and the dead-letter and retry topics of the same base, by name,
 * headers or configuration.
 */
export async function relatedTopics(
  ctx: Context,
  cluster: KafkaCluster,
  topic: string,
): Promise<RelatedTopic[]> {
  const metadata = await cluster.metadata({ signal: ctx.signal, maxAgeMs: 5000 })
  const sampler = ctx.services.topics.of(cluster.id)
  const index = ctx.services.deadLetters.of(cluster.id)
  const baseOf = (name: string): { kind: RelatedTopic['kind'] | null; base: string | null } => {
    const { kind, base } = classifyTopic(name)
    if (kind === 'retry') return { kind, base }
    if (kind !== 'dead-letter' && !index.isDeadLetterTopic(name)) return { kind: null, base: null }
    return { kind: 'dead-letter', base: index.originOf(name) ?? base }
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
