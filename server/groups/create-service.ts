import type { ServiceDeps } from '@/server/services'
import { LagHistory } from './history/lag-history'
import { ClusterLagSampler } from './lag-sampler'
import type { LagSampler, LagSamplers } from './service'

/** One lag sampler a cluster, made when first asked for; boot starts and stops them. */
export function createLagSamplers({ clusters, clock, log, store }: ServiceDeps): LagSamplers {
  const samplers = new Map<string, LagSampler>()
  return {
    of(id) {
      const known = samplers.get(id)
      if (known) return known
      const made = new ClusterLagSampler({
        cluster: clusters.get(id),
        clock,
        log,
        history: new LagHistory({ store, cluster: id, log }),
      })
      samplers.set(id, made)
      return made
    },
  }
}
