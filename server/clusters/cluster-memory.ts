import type { ClusterSummary } from '@/lib/contracts/clusters'
import type { Context } from '@/server/context'
import type { BrokerLogDirs, BrokerNode } from '@/server/kafka/port'
import { Memo } from './memo'

/** Disks move slowly, and a cluster's whole list of replicas is long. */
const DISK_MAX_AGE_MS = 15_000
/** `min.insync.replicas` of every topic: asked once a minute, not at every look. */
const MIN_ISR_MAX_AGE_MS = 60_000

/** What is remembered of a cluster between looks: its last summary, brokers that were there, dear answers. */
export type ClusterMemory = {
  /** The last look that succeeded. */
  summary: ClusterSummary | null
  /** What the last look found, success or not, and when (monotonic). */
  last: { summary: ClusterSummary; atMs: number } | null
  /** A look under way, shared by everybody who asks meanwhile. */
  looking: Promise<ClusterSummary> | null
  /** Brokers once seen: a dead one leaves Kafka's metadata, its address is still worth showing. */
  nodes: Map<number, BrokerNode>
  disks: Memo<BrokerLogDirs[]>
  minIsr: Memo<ReadonlyMap<string, number>>
}

const memories = new WeakMap<Context['clusters'], Map<string, ClusterMemory>>()

/** As many as there are configured clusters; gone with the port. */
export function memoryOf(ctx: Context, cluster: string): ClusterMemory {
  let byId = memories.get(ctx.clusters)
  if (!byId) {
    byId = new Map()
    memories.set(ctx.clusters, byId)
  }
  let memory = byId.get(cluster)
  if (!memory) {
    memory = {
      summary: null,
      last: null,
      looking: null,
      nodes: new Map(),
      disks: new Memo(DISK_MAX_AGE_MS),
      minIsr: new Memo(MIN_ISR_MAX_AGE_MS),
    }
    byId.set(cluster, memory)
  }
  return memory
}
