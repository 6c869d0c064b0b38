import { policies } from '@/lib/contracts/policies'
import { diffPolicies } from '@/lib/naming-policy/diff-policies'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { policyFor } from './policy-for'
import { policyImpactOn } from './policy-impact'
import { readPolicy } from './policy-source'

/**
 * Which topics of a cluster a draft would break, against the policy in force. Nothing is written. Throws
 * POLICY_INVALID.
 */
export const previewPolicy = verb(policies.preview, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  const active = await policyFor(ctx, input.cluster)
  const policy = readPolicy(ctx, input, active.policy.catalogue)
  return {
    policy,
    changes: diffPolicies(active.policy.spec, policy),
    impact: await policyImpactOn(ctx, input.cluster, policy, active),
  }
})
