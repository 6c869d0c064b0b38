import type { NameViolation } from '@/lib/contracts/topics'
import { AppError } from '@/lib/errors'
import { checkSettings, type TopicFacts } from '@/lib/naming-policy/check-topic'
import type { Context } from '@/server/context'
import { policyFor } from '@/server/policies/policy-for'
import { toField } from '@/server/topics/violation-field'

const keyOf = (one: NameViolation) => JSON.stringify([one.field, one.code, one.params])

/**
 * Holds a changed topic against the policy of now: only what the change itself breaks refuses it, since a
 * topic that was made before the policy must be mendable step by step. Throws LIMIT_POLICY_VIOLATION with a
 * field for every rule.
 */
export async function checkChange(
  ctx: Context,
  cluster: string,
  before: TopicFacts,
  after: TopicFacts,
  touched: readonly string[],
): Promise<{ warnings: NameViolation[]; policyVersion: number }> {
  const { policy, version } = await policyFor(ctx, cluster, { fresh: true })
  const nowMs = ctx.clock.now()
  const old = new Set(checkSettings(policy, before, nowMs).violations.map(keyOf))
  const { violations, warnings } = checkSettings(policy, after, nowMs)
  const isNew = (one: NameViolation) => touched.includes(one.field) || !old.has(keyOf(one))
  const broken = violations.filter(isNew)
  if (broken.length > 0) throw new AppError('LIMIT_POLICY_VIOLATION', { fields: broken.map(toField) })
  return { warnings: warnings.filter(isNew), policyVersion: version }
}
