import { AppError } from '@/lib/errors'
import type { Context } from '@/server/context'
import type { SchemaRegistry } from './schema-registry'

/** A cluster's registry. Throws CLUSTER_UNKNOWN, REGISTRY_MISSING. */
export function registryOf(ctx: Pick<Context, 'clusters' | 'services'>, cluster: string): SchemaRegistry {
  ctx.clusters.get(cluster)
  const registry = ctx.services.schemas.registry(cluster)
  if (!registry) throw new AppError('REGISTRY_MISSING', { params: { cluster } })
  return registry
}
