import type { ClusterSummary } from '@/lib/contracts/clusters'
import type { Problem } from '@/lib/contracts/common'
import type { ClusterConfig } from '@/server/config/types'
import type { Context } from '@/server/context'
import type { Answer, BrokerNode, ClusterMetadata, KafkaCluster } from '@/server/kafka/port'
import { type ClusterMemory, memoryOf } from './cluster-memory'

const METADATA_MAX_AGE_MS = 2_000
/** A broker that takes longer for a greeting is down as far as people are concerned. */
const PROBE_MS = 2_000
/** A look at a cluster is over by then; what did not answer is a problem. */
export const LOOK_MS = 4_000

export type PartitionCounts = {
  total: number
  underReplicated: number
  offline: number
}

export type BrokerState = {
  node: BrokerNode
  /** Answered just now, or why it did not. */
  answer: Answer<{ latencyMs: number }>
  leaders: number
  replicas: number
  underReplicated: number
}

export type ClusterState = {
  config: ClusterConfig
  metadata: ClusterMetadata
  /** Every broker that is there or that partitions still count on, by id. */
  brokers: BrokerState[]
  partitions: PartitionCounts
  memory: ClusterMemory
}

const nobody = (id: number): BrokerNode => ({ id, host: '', port: 0, rack: null })

function unregistered(broker: number): Answer<never> {
  const problem: Problem = {
    scope: `broker:${broker}`,
    code: 'BROKER_UNREACHABLE',
    params: { broker, reason: 'unregistered' },
  }
  return { ok: false, problem }
}

/** Leaders, replicas and what is missing, by broker and in all: one walk over the partitions. */
function count(metadata: ClusterMetadata, brokers: Map<number, BrokerState>, seen: ClusterMemory['nodes']) {
  const partitions: PartitionCounts = { total: 0, underReplicated: 0, offline: 0 }
  const stateOf = (id: number): BrokerState => {
    let state = brokers.get(id)
    if (!state) {
      // Partitions have replicas there, and Kafka's metadata does not list it: it is down.
      const node = seen.get(id) ?? nobody(id)
      state = { node, answer: unregistered(id), leaders: 0, replicas: 0, underReplicated: 0 }
      brokers.set(id, state)
    }
    return state
  }
  for (const topic of metadata.topics.values()) {
    if (!topic.ok) continue
    for (const { leader, replicas, isr } of topic.value.partitions) {
      partitions.total++
      if (leader === null) partitions.offline++
      else stateOf(leader).leaders++
      if (isr.length < replicas.length) partitions.underReplicated++
      for (const id of replicas) {
        const state = stateOf(id)
        state.replicas++
        if (!isr.includes(id)) state.underReplicated++
      }
    }
  }
  return partitions
}

/**
 * Brokers and partitions of a cluster as they are now. A broker that does not answer is a row of its own;
 * throws what befell the cluster as a whole.
 */
export async function readClusterState(
  ctx: Context,
  cluster: KafkaCluster,
  signal?: AbortSignal,
): Promise<ClusterState> {
  const memory = memoryOf(ctx, cluster.id)
  const options = { signal, timeoutMs: LOOK_MS }
  const [metadata, probes] = await Promise.all([
    cluster.metadata({ ...options, maxAgeMs: METADATA_MAX_AGE_MS }),
    cluster.probeBrokers({ ...options, timeoutMs: PROBE_MS }),
  ])
  const answers = new Map(probes.map(probe => [probe.id, probe.answer]))
  const brokers = new Map<number, BrokerState>()
  for (const node of metadata.brokers) {
    memory.nodes.set(node.id, node)
    const answer = answers.get(node.id) ?? unregistered(node.id)
    brokers.set(node.id, { node, answer, leaders: 0, replicas: 0, underReplicated: 0 })
  }
  const partitions = count(metadata, brokers, memory.nodes)
  for (const id of memory.nodes.keys()) if (!brokers.has(id)) memory.nodes.delete(id)
  return {
    config: cluster.config,
    metadata,
    brokers: [...brokers.values()].sort((a, b) => a.node.id - b.node.id),
    partitions,
    memory,
  }
}

function statusOf(partitions: PartitionCounts, up: number, total: number): ClusterSummary['status'] {
  if (partitions.offline > 0 || up === 0) return 'error'
  return partitions.underReplicated > 0 || up < total ? 'warn' : 'ok'
}

/** A cluster in one line, remembered for when it can't be asked. */
export function toSummary(state: ClusterState): ClusterSummary {
  const { id, name, environment, readOnly } = state.config
  const total = state.brokers.length
  const up = state.brokers.filter(one => one.answer.ok).length
  const summary: ClusterSummary = {
    id,
    name,
    environment,
    readOnly,
    status: statusOf(state.partitions, up, total),
    brokers: { up, total },
    problem: null,
    sampledAt: new Date(state.metadata.sampledAtMs).toISOString(),
  }
  state.memory.summary = summary
  return summary
}
