import type { CatalogueProposal } from '@/lib/contracts/policy-spec'
import { compilePolicy } from '@/lib/naming-policy/policy'
import type { Context } from '@/server/context'
import type { ActivePolicy } from '@/server/policies/policy-for'

/**
 * The policy as it would be with these registered. A list that does not take from the catalogue stays as it is: what only the policy may
 * name is not proposed into it.
 */
export function withProposals(
  ctx: Pick<Context, 'config'>,
  cluster: string,
  active: ActivePolicy,
  proposals: readonly CatalogueProposal[],
): ActivePolicy {
  if (proposals.length === 0) return active
  const { spec, version, catalogue } = active.policy
  const environment = ctx.config.clusters.find(one => one.id === cluster)?.environment ?? 'dev'
  const added = (kind: CatalogueProposal['kind']) =>
    proposals.filter(one => one.kind === kind).map(({ name }) => ({ name, owner: null }))
  const policy = compilePolicy(spec, {
    version,
    environment,
    catalogue: {
      ...catalogue,
      domains: [...catalogue.domains, ...added('domain')],
      services: [...catalogue.services, ...added('service').map(one => ({ ...one, domain: null }))],
    },
  })
  return { ...active, policy }
}
