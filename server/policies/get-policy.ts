import { type PolicyInForce, policies } from '@/lib/contracts/policies'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { type ActivePolicy, basesOf, isManaged, policyFor } from './policy-for'

/**
 * The policy that holds on a cluster, with the catalogue that its lists take from: what a form checks by
 * while one types.
 */
export const getPolicy = verb(policies.get, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  ctx.clusters.get(input.cluster)
  return inForce(ctx, input.cluster, await policyFor(ctx, input.cluster, { fresh: true }))
})

async function inForce(ctx: Context, cluster: string, active: ActivePolicy): Promise<PolicyInForce> {
  const { policy, row, version, scope } = active
  const { domains, services, owners } = policy.catalogue
  return {
    version,
    scope,
    policy: policy.spec,
    catalogue: {
      domains: domains.map(({ name, owner }) => ({ name, owner })),
      services: services.map(({ name, domain, owner }) => ({ name, domain, owner })),
      owners: owners.map(({ name }) => ({ name })),
    },
    environment: ctx.config.clusters.find(one => one.id === cluster)?.environment ?? 'dev',
    by: row?.by ?? null,
    at: row ? new Date(row.atMs).toISOString() : null,
    comment: row?.comment ?? null,
    managed: row !== null && isManaged(ctx, row.scope),
    bases: await basesOf(ctx, cluster),
  }
}
