import { names } from '@/lib/contracts/topics'
import { AppError } from '@/lib/errors'
import { topicErrorCode } from '@/lib/naming-policy/check-topic'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { checkNewTopic } from '@/server/names/check-new-topic'
import { findRequest } from '@/server/requests/request-store'
import { isOwn } from '@/server/requests/rights'
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
  const facts = { name, partitions, replicationFactor, configs, brokers: null }
  const replaced = input.replaces === undefined ? null : await findRequest(ctx, input.cluster, input.replaces)
  const { check } = await checkNewTopic(
    ctx,
    input.cluster,
    { ...facts, owner, description, classification, schema },
    {
      for: 'answer',
      propose: input.propose,
      // Only one's own: another's would tell what others ask for.
      exceptRequest: replaced && isOwn(ctx, replaced) ? String(replaced.id) : undefined,
    },
  )
  const code = topicErrorCode(check)
  if (input.fail && code !== null) {
    throw new AppError(code, { fields: check.violations.map(toField), params: { topic: name } })
  }
  return {
    ...check.name,
    valid: check.valid,
    violations: check.name.violations.concat(
      check.violations.filter(one => !check.name.violations.includes(one)),
    ),
    warnings: check.warnings,
    policyVersion: check.policyVersion,
    approvals: check.approvals,
  }
})
