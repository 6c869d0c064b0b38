'use client'

import { type ClusterSummary, clusters } from '@/lib/contracts/clusters'
import { useApi } from './use-api'

/** All clusters of this reader with their last known state; prefetched by the console's layout. */
export function useClusters(): readonly ClusterSummary[] {
  const { data } = useApi(clusters.list, {}, { pollMs: 10_000 })
  return data?.items ?? []
}

/** What people call a cluster; its id while that is unknown, a dash for none. */
export function ClusterName({ id }: { id: string | null }) {
  return useClusterSummary(id)?.name ?? id ?? '—'
}

/** One cluster's name, environment, state; undefined while unknown. */
export function useClusterSummary(id: string | null): ClusterSummary | undefined {
  return useClusters().find(cluster => cluster.id === id)
}
