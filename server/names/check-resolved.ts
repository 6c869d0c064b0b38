import { checkSettings, type TopicFacts } from '@/lib/naming-policy/check-topic'
import type { NamingPolicy } from '@/lib/naming-policy/policy'
import type { Context } from '@/server/context'
import type { CreatedTopic } from '@/server/kafka/port'

/**
 * Size and settings of a new topic against the policy as the broker would make it: the one judgement of
 * creation, of requests and of the check of a name. `resolved` is the broker's dry run, in which -1 is a
 * number; null: there was none, and of -1 nothing is said, nor of a number that was not given (null). The
 * cluster's brokers bound the replicas. Throws what the cluster throws.
 */
export async function checkResolved(
  ctx: Context,
  clusterId: string,
  policy: NamingPolicy,
  facts: TopicFacts,
  resolved: CreatedTopic | null,
): Promise<ReturnType<typeof checkSettings>> {
  const { brokers } = await ctx.clusters.get(clusterId).metadata({ signal: ctx.signal, maxAgeMs: 5000 })
  const number = (field: 'partitions' | 'replicationFactor') =>
    facts[field] === null ? null : (resolved?.[field] ?? (facts[field] === -1 ? null : facts[field]))
  // What the person did not choose is the broker's default, which the policy accepts, but it must fit the replication.
  const defaults = Object.fromEntries(
    (resolved?.configs ?? []).flatMap(({ name, value }) => (value === null ? [] : [[name, value]])),
  )
  const partitions = number('partitions')
  const replicationFactor = number('replicationFactor')
  return checkSettings(
    policy,
    { ...facts, partitions, replicationFactor, defaults, brokers: brokers.length },
    ctx.clock.now(),
  )
}
