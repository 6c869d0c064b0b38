import { and, eq } from 'drizzle-orm'
import { matchesAny } from '@/lib/permissions'
import type { ServiceDeps } from '@/server/services'
import { topicSerde } from '@/server/store/schema'
import { SchemaRegistry } from './schema-registry'
import type { RememberedSerde, Schemas } from './service'
import { TimedCache } from './timed-cache'

const REMEMBERED_MAX = 5_000
/** Another replica's change is seen after this long. */
const REMEMBERED_MS = 2_000

/** One client a registry, made when first asked for: its cache and its connections serve the whole process. */
export function createSchemas({
  config,
  clock,
  store,
}: Pick<ServiceDeps, 'config' | 'clock' | 'store'>): Schemas {
  const registries = new Map<string, SchemaRegistry>()
  const remembered = new TimedCache<RememberedSerde | null>(REMEMBERED_MAX, clock)
  const keyOf = (cluster: string, topic: string) => `${cluster}/${topic}`
  return {
    registry(id) {
      const given = config.clusters.find(cluster => cluster.id === id)?.schemaRegistry
      if (!given) return null
      const known = registries.get(id)
      if (known) return known
      const registry = new SchemaRegistry(given, clock)
      registries.set(id, registry)
      return registry
    },
    remembered(cluster, topic) {
      const load = async () => {
        const where = and(eq(topicSerde.cluster, cluster), eq(topicSerde.topic, topic))
        const [row] = await store.db.select().from(topicSerde).where(where).limit(1)
        return row ?? null
      }
      return remembered.get(keyOf(cluster, topic), load, { ok: REMEMBERED_MS, failed: () => 0 })
    },
    configured: (id, topic) =>
      config.clusters
        .find(cluster => cluster.id === id)
        ?.serdes.find(({ topics }) => matchesAny(topics, topic)) ?? null,
    forget: (cluster, topic) => remembered.forget(keyOf(cluster, topic)),
  }
}

/** Where there is no registry and nothing was ever chosen. */
export const noSchemas: Schemas = {
  registry: () => null,
  remembered: async () => null,
  configured: () => null,
  forget: () => undefined,
}
