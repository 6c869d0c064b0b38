import { schemas } from '@/lib/contracts/schemas'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { readCompatibility } from './read-compatibility'
import { toRegistryError } from './registry-errors'
import { registryOf } from './registry-of'
import { usesOf } from './topic-of-subject'

/** A subject with its versions, oldest first. Throws SCHEMA_UNKNOWN, REGISTRY_*. */
export const getSubject = verb(schemas.get, async (ctx, input) => {
  const { cluster, subject } = input
  authorise(ctx, 'schema.read', { cluster })
  const registry = registryOf(ctx, cluster)
  const [versions, own, all, uses] = await Promise.all([
    registry.versions(subject).catch(toRegistryError),
    readCompatibility(registry, subject),
    readCompatibility(registry, null),
    usesOf(ctx, cluster, [subject]),
  ])
  return {
    subject,
    versions: versions.toSorted((a, b) => a - b),
    compatibility: own ?? all,
    compatibilityOf: own !== null ? ('subject' as const) : all !== null ? ('registry' as const) : null,
    usedBy: uses.get(subject) ?? null,
  }
})
