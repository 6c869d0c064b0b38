import type { CatalogueProposal } from '@/lib/contracts/policy-spec'
import { checkTopic, type TopicCheck, type TopicFacts } from '@/lib/naming-policy/check-topic'
import { withProposals } from '@/lib/naming-policy/policy'
import type { Context } from '@/server/context'
import { type ActivePolicy, policyFor } from '@/server/policies/policy-for'
import { pendingNames } from './pending-names'
import { takenNames, visibleNames } from './taken-names'

export type NewTopicVerdict = { check: TopicCheck; active: ActivePolicy }

/**
 * The policy's verdict on a topic that somebody wants on a cluster. `for`: `decision` reads the policy now
 * and knows every topic and request (submission, apply, creation); `answer` is what may be told while typing:
 * topics that the actor may not see are as if they were not there. Throws what the cluster or the store
 * throw.
 */
export async function checkNewTopic(
  ctx: Context,
  clusterId: string,
  topic: TopicFacts,
  options: {
    for: 'decision' | 'answer'
    exceptRequest?: string | undefined
    /** Judged as if these were registered; the policy that is answered knows them too. */
    propose?: readonly CatalogueProposal[] | undefined
  },
): Promise<NewTopicVerdict> {
  const cluster = ctx.clusters.get(clusterId)
  const isDecision = options.for === 'decision'
  const [stored, index, pending] = await Promise.all([
    policyFor(ctx, clusterId, { fresh: isDecision }),
    isDecision ? takenNames(ctx, cluster) : visibleNames(ctx, cluster),
    pendingNames(ctx, clusterId, options.exceptRequest),
  ])
  const active = { ...stored, policy: withProposals(stored.policy, options.propose ?? []) }
  const facts = isDecision ? complete(topic) : topic
  const check = checkTopic(active.policy, facts, { index, pending, nowMs: ctx.clock.now() })
  return { check, active }
}

/** What was not said is missing when it counts: an owner that nobody named, a number that nobody resolved. */
function complete(topic: TopicFacts): TopicFacts {
  return {
    ...topic,
    partitions: topic.partitions ?? -1,
    replicationFactor: topic.replicationFactor ?? -1,
    owner: topic.owner ?? null,
    description: topic.description ?? null,
    classification: topic.classification ?? null,
    schema: topic.schema ?? null,
  }
}
