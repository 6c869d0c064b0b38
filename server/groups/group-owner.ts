import { ownerLookup } from '@/lib/naming-policy/owner-of-group'
import type { NamingPolicy } from '@/lib/naming-policy/policy'
import type { Context } from '@/server/context'
import { policyForReading } from '@/server/policies/policy-for'

type OwnerOf = (group: string) => string | null

const MOST_REMEMBERED = 50_000
/** Names do not change whom they name while the catalogue stays: a list of ten thousand looks each one up once. */
const lookups = new WeakMap<NamingPolicy, OwnerOf>()

/**
 * Whom the groups of a cluster belong to, by the catalogue. Where the store is away: by what was read last,
 * else nobody.
 */
export async function ownersOf(ctx: Context, cluster: string): Promise<OwnerOf> {
  const { policy } = await policyForReading(ctx, cluster)
  const known = lookups.get(policy)
  if (known) return known
  const made = remembering(ownerLookup(policy.catalogue))
  lookups.set(policy, made)
  return made
}

function remembering(look: OwnerOf): OwnerOf {
  const found = new Map<string, string | null>()
  return group => {
    const known = found.get(group)
    if (known !== undefined) return known
    if (found.size >= MOST_REMEMBERED) found.clear()
    const owner = look(group)
    found.set(group, owner)
    return owner
  }
}
