import { randomUUID } from 'node:crypto'
import type { ServiceDeps } from '@/server/services'
import { LagHistory } from './history/lag-history'
import { IdleGroups } from './idle-groups'
import { ClusterLagSampler, SAMPLE_MS } from './lag-sampler'
import type { LagSampler, LagSamplers } from './service'
import { SnapshotShare } from './share/snapshot-share'

/** One lag sampler a cluster, made when first asked for; boot starts and stops them. */
export function createLagSamplers({ clusters, clock, log, store }: ServiceDeps): LagSamplers {
  const samplers = new Map<string, LagSampler>()
  const instance = randomUUID()
  return {
    of(id) {
      const known = samplers.get(id)
      if (known) return known
      const made = new ClusterLagSampler({
        cluster: clusters.get(id),
        clock,
        log,
        history: new LagHistory({ store, cluster: id, log }),
        idle: new IdleGroups(store, id),
        // A folder has one process.
        ...(store.dialect === 'postgres' && {
          share: new SnapshotShare({ store, clock, log, cluster: id, instance, intervalMs: SAMPLE_MS }),
        }),
      })
      samplers.set(id, made)
      return made
    },
  }
}
