import type { ConfiguredSerde } from '@/server/config/types'
import type { topicSerde } from '@/server/store/schema'
import type { SchemaRegistry } from './schema-registry'

export type RememberedSerde = typeof topicSerde.$inferSelect

/** The registries of all clusters, and what people chose for their topics. */
export type Schemas = {
  /** null: the cluster has none. */
  registry(cluster: string): SchemaRegistry | null
  /** What people chose for a topic; null: nothing. Two seconds old at most. */
  remembered(cluster: string, topic: string): Promise<RememberedSerde | null>
  /** What the configuration says about a topic; null: nothing. */
  configured(cluster: string, topic: string): ConfiguredSerde | null
  /** The choice for a topic has changed here. */
  forget(cluster: string, topic: string): void
}
