import { policies } from '@/lib/contracts/policies'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { isManaged, policyFor, readScope } from './policy-for'
import { storePolicy } from './store-policy'

/**
 * This cluster follows the installation's default again; its own versions stay in the history. Throws
 * STATE_CONFLICT, POLICY_STALE, POLICY_MANAGED.
 */
export const removePolicy = verb(policies.remove, async (ctx, input) => {
  authorise(ctx, 'policy.write', { cluster: input.cluster })
  const { cluster } = input
  ctx.clusters.get(cluster)
  await policyFor(ctx, cluster, { fresh: true })
  const own = await readScope(ctx, cluster)
  if (own?.spec == null)
    throw new AppError('STATE_CONFLICT', { detail: 'The cluster has no policy of its own.' })
  if (isManaged(ctx, cluster)) throw new AppError('POLICY_MANAGED')
  const subject = {
    action: 'policy.remove',
    cluster,
    resource: `policy:${cluster}`,
    details: { base: input.base },
    reason: input.comment ?? null,
  }
  const version = await audited(ctx, subject, () =>
    storePolicy(ctx, {
      scope: cluster,
      base: input.base,
      spec: null,
      comment: input.comment?.trim() || null,
      source: 'api',
    }),
  )
  return { version }
})
