import type { ServiceDeps } from '@/server/services'
import { ClusterDeadLetterIndex } from './cluster-index'
import type { DeadLetterIndex, DeadLetterIndexes } from './service'

/** One index a cluster, made when first asked for; boot starts and stops them. */
export function createDeadLetterIndexes({ clusters, store, clock, log }: ServiceDeps): DeadLetterIndexes {
  const indexes = new Map<string, DeadLetterIndex>()
  return {
    of(id) {
      const known = indexes.get(id)
      if (known) return known
      const made = new ClusterDeadLetterIndex({ cluster: clusters.get(id), store, clock, log })
      indexes.set(id, made)
      return made
    },
  }
}
