import { schemas } from '@/lib/contracts/schemas'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { numbers, pairs } from './parse-answers'
import { toRegistryError } from './registry-errors'
import { registryOf } from './registry-of'
import type { SchemaRegistry } from './schema-registry'

const REFERRERS_MAX = 50

/** One version of a subject with its references both ways. Throws SCHEMA_UNKNOWN, REGISTRY_*. */
export const getSchemaVersion = verb(schemas.version, async (ctx, input) => {
  authorise(ctx, 'schema.read', { cluster: input.cluster })
  const registry = registryOf(ctx, input.cluster)
  const found = await registry.version(input.subject, input.version).catch(toRegistryError)
  return {
    subject: found.subject,
    version: found.version,
    id: found.id,
    kind: found.schemaType,
    text: found.schema,
    references: found.references,
    referencedBy: await referrers(registry, input.subject, input.version),
  }
})

/** Who refers to it: the registry tells ids, and each id its subjects. null: it does not tell. */
async function referrers(registry: SchemaRegistry, subject: string, version: number) {
  try {
    const ids = await registry.read(numbers, ['subjects', subject, 'versions', version, 'referencedby'])
    const found = await Promise.all(
      ids.slice(0, REFERRERS_MAX).map(id => registry.read(pairs, ['schemas', 'ids', id, 'versions'])),
    )
    return found.flat()
  } catch {
    return null
  }
}
