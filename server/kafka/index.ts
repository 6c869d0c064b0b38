import { AppError } from '@/lib/errors'
import type { ClusterConfig } from '@/server/config/types'
import { Cluster } from './cluster'
import type { KafkaClusters } from './port'
import type { LinkOptions } from './protocol/link-options'

export { corruptionOf } from './fetch/corrupt-batch'
export { batchBytes } from './write/batch-bytes'
export { RecordPacker } from './write/record-packer'

/**
 * The clusters of the configuration behind the port. Nothing connects before the first call; sockets that
 * idle are closed and opened again when they are wanted. Make one a process and close it at the end.
 */
export function createKafkaClusters(
  configs: readonly ClusterConfig[],
  options: Pick<LinkOptions, 'clock' | 'log' | 'requests'>,
): KafkaClusters {
  const clusters = new Map(configs.map(config => [config.id, new Cluster(config, options)]))
  return {
    get(id) {
      const cluster = clusters.get(id)
      if (!cluster) throw new AppError('CLUSTER_UNKNOWN', { params: { cluster: id.slice(0, 64) } })
      return cluster
    },
    list: () => configs,
    async close() {
      await Promise.all([...clusters.values()].map(cluster => cluster.close()))
    },
  }
}

export { RequestCounts } from './request-counts'
