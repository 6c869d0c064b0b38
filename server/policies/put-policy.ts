import { policies } from '@/lib/contracts/policies'
import { AppError } from '@/lib/errors'
import { DEFAULT_SPEC } from '@/lib/naming-policy/default-spec'
import { diffPolicies } from '@/lib/naming-policy/diff-policies'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { DEFAULT_SCOPE, isManaged, policyFor, readScope } from './policy-for'
import { policyImpactOn } from './policy-impact'
import { readPolicy } from './policy-source'
import { storePolicy } from './store-policy'

/**
 * Writes a new version of the installation's default policy, or of this cluster's own. `dryRun` answers what
 * would change and which topics it would break, and writes nothing. A policy that is the one in force writes
 * nothing either. Throws POLICY_INVALID (shape, patterns, a policy under which nothing could be created),
 * POLICY_STALE, POLICY_MANAGED.
 */
export const putPolicy = verb(policies.put, async (ctx, input) => {
  // The default concerns every cluster: who may write it for one alone may not write it for all.
  authorise(ctx, 'policy.write', input.scope === 'default' ? {} : { cluster: input.cluster })
  ctx.clusters.get(input.cluster)
  const active = await policyFor(ctx, input.cluster, { fresh: true })
  const scope = input.scope === 'default' ? DEFAULT_SCOPE : input.cluster
  const spec = readPolicy(ctx, input, active.policy.catalogue)
  const own = await readScope(ctx, scope)
  if (isManaged(ctx, scope) && !input.dryRun) throw new AppError('POLICY_MANAGED')
  // What a cluster's first own policy differs from is the one that held there until now.
  const before = own?.spec ?? (input.scope === 'default' ? DEFAULT_SPEC : active.policy.spec)
  const changes = diffPolicies(before, spec)
  const changed = changes.length > 0 || (input.scope === 'cluster' && own?.spec == null)
  if (input.dryRun) {
    const impact = await policyImpactOn(ctx, input.cluster, spec, active)
    return { version: null, changed, changes, impact, policy: spec }
  }
  if (!changed) return { version: active.version, changed, changes, impact: null, policy: spec }
  const version = await audited(
    ctx,
    {
      action: 'policy.write',
      cluster: input.scope === 'default' ? null : input.cluster,
      resource: `policy:${scope}`,
      details: { base: input.base, changes: changes.slice(0, 100) },
      reason: input.comment ?? null,
    },
    () =>
      storePolicy(ctx, {
        scope,
        base: input.base,
        spec,
        comment: input.comment?.trim() || null,
        source: 'api',
      }),
  )
  return { version, changed, changes, impact: null, policy: spec }
})
