import { topics } from '@/lib/contracts/topics'
import { toAppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { policyForReading } from '@/server/policies/policy-for'
import { readTopic } from './read-topic'
import { serviceOf } from './service-of'
import { topicProducers } from './topic-producers'

/**
 * Who writes to a topic: the service that its name says, the producers that its leaders remember, and who is
 * allowed to by ACL. Producers that are neither idempotent nor transactional leave no trace on the brokers.
 * Throws TOPIC_UNKNOWN.
 */
export const listTopicProducers = verb(topics.producers, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster, topic: input.topic })
  const cluster = ctx.clusters.get(input.cluster)
  const metadata = await readTopic(ctx, cluster, input.topic)
  const problems: { scope: string; code: string }[] = []
  const [{ policy }, found, principals] = await Promise.all([
    policyForReading(ctx, input.cluster),
    topicProducers(ctx, input.cluster, metadata).catch(error => {
      if (ctx.signal.aborted) throw error
      problems.push({ scope: 'producers', code: toAppError(error).code })
      return { producers: [], isWhole: false }
    }),
    writersByAcl(ctx, input.cluster, input.topic),
  ])
  return {
    items: found.producers,
    isWhole: found.isWhole,
    service: serviceOf(policy, input.topic),
    principals,
    at: new Date(ctx.clock.now()).toISOString(),
    problems,
  }
})

/**
 * Principals that an ACL on exactly this topic lets write; null where the cluster has no access control or
 * does not say.
 */
async function writersByAcl(ctx: Context, clusterId: string, topic: string): Promise<string[] | null> {
  const cluster = ctx.clusters.get(clusterId)
  const of = { resource: 'topic' as const, name: topic }
  const acls = await cluster.describeAcls(of, { signal: ctx.signal, timeoutMs: 3000 }).catch(() => null)
  if (acls === null) return null
  const writers = acls.filter(acl => acl.operation === 'write').map(acl => acl.principal)
  return [...new Set(writers)].sort().slice(0, 100)
}
