import { names } from '@/lib/contracts/topics'
import { AppError } from '@/lib/errors'
import {
  type TopicCheck,
  type TopicFacts,
  topicErrorCode,
  withSettings,
} from '@/lib/naming-policy/check-topic'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { checkNewTopic } from '@/server/names/check-new-topic'
import { checkResolved } from '@/server/names/check-resolved'
import type { ActivePolicy } from '@/server/policies/policy-for'
import { findRequest } from '@/server/requests/request-store'
import { isOwn } from '@/server/requests/rights'
import { PART_MS } from './read-topic'
import { toField } from './violation-field'

/**
 * A name (and size, settings, owner, where given) against the policy and the topics that are there: the same
 * function that checks the form while one types and the server when a topic is made. Topics that the actor
 * may not see are as if they were not there.
 */
export const checkName = verb(names.check, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  const { name, partitions = null, replicationFactor = null, configs = {} } = input
  const { owner, description, classification, schema } = input
  const facts = {
    ...{ name, partitions, replicationFactor, configs, brokers: null },
    ...{ owner, description, classification, schema },
  }
  const replaced = input.replaces === undefined ? null : await findRequest(ctx, input.cluster, input.replaces)
  const { check: told, active } = await checkNewTopic(ctx, input.cluster, facts, {
    for: 'answer',
    propose: input.propose,
    // Only one's own: another's would tell what others ask for.
    exceptRequest: replaced && isOwn(ctx, replaced) ? String(replaced.id) : undefined,
  })
  const isSized = partitions !== null || replicationFactor !== null || Object.keys(configs).length > 0
  const check = isSized ? await checkSized(ctx, input.cluster, facts, told, active) : told
  const code = topicErrorCode(check)
  if (input.fail && code !== null) {
    throw new AppError(code, { fields: check.violations.map(toField), params: { topic: name } })
  }
  return {
    ...check.name,
    valid: check.valid,
    violations: check.violations,
    warnings: check.warnings,
    policyVersion: check.policyVersion,
    approvals: check.approvals,
  }
})

/** As creation would judge it: by what the broker would make of it, where the name lets it come to that. */
async function checkSized(
  ctx: Context,
  clusterId: string,
  facts: TopicFacts,
  told: TopicCheck,
  active: ActivePolicy,
): Promise<TopicCheck> {
  const { name, configs } = facts
  const partitions = facts.partitions ?? -1
  const replicationFactor = facts.replicationFactor ?? -1
  const resolved = told.name.valid
    ? await ctx.clusters
        .get(clusterId)
        .createTopic(
          { name, partitions, replicationFactor, configs },
          { signal: ctx.signal, timeoutMs: PART_MS, validateOnly: true },
        )
        // What only the broker refuses is told by a creation's own dry run.
        .catch(() => null)
    : null
  return withSettings(told, await checkResolved(ctx, clusterId, active.policy, facts, resolved))
}
