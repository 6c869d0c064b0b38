import type { ServiceDeps, Services } from '@/server/services'
import { ClusterDriftWatch } from './drift-watch'
import type { DriftWatch, DriftWatches } from './service'

/** One drift watch a cluster, made when first asked for; boot starts and stops them. */
export function createDriftWatches(
  deps: ServiceDeps,
  samplers: Pick<Services, 'lag' | 'topics'>,
): DriftWatches {
  const watches = new Map<string, DriftWatch>()
  return {
    of(id) {
      const known = watches.get(id)
      if (known) return known
      const made = new ClusterDriftWatch({ ...deps, samplers, cluster: deps.clusters.get(id) })
      watches.set(id, made)
      return made
    },
  }
}
