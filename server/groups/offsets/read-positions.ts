import { AppError, isErrorCode } from '@/lib/errors'
import type { Context } from '@/server/context'
import type { GroupDescription, GroupListing, KafkaCluster } from '@/server/kafka/port'
import { samplerWith } from '../read-group'

/** Offsets change rarely enough that a person waits for the answer of now. */
const CALL_MS = 8000

/** A group as the cluster has it now, not as the last sample had it. Throws GROUP_UNKNOWN, COORDINATOR_UNAVAILABLE. */
export async function describeNow(ctx: Context, clusterId: string, group: string): Promise<GroupDescription> {
  const sampler = await samplerWith(ctx, clusterId, group)
  const row = sampler.row(group)
  if (!row) throw new AppError('GROUP_UNKNOWN', { params: { group: group.slice(0, 300) } })
  const { type, protocolType, state, coordinator } = row
  const listing: GroupListing = { group, type, protocolType, state, coordinator: coordinator ?? -1 }
  const cluster = ctx.clusters.get(clusterId)
  const [described] = await cluster.describeGroups([listing], { signal: ctx.signal, timeoutMs: CALL_MS })
  if (!described) throw new AppError('GROUP_UNKNOWN', { params: { group: group.slice(0, 300) } })
  if (described.answer.ok) return described.answer.value
  const { code, params } = described.answer.problem
  throw new AppError(isErrorCode(code) ? code : 'KAFKA_ERROR', params ? { params } : {})
}

/** Does a group have members (of a share group: who reads)? Kafka's word and the list of members, whichever says so. */
export function hasMembers(described: GroupDescription): boolean {
  return described.members.length > 0 || (described.state !== 'Empty' && described.state !== 'Dead')
}

export type Committed = Map<string, Map<number, bigint>>

/** What a group committed, by topic and partition, read now. Throws what keeps it from being read. */
export async function readCommitted(
  cluster: KafkaCluster,
  listing: GroupListing,
  signal: AbortSignal,
): Promise<Committed> {
  const columns = await cluster.committedOffsets([listing], { signal, timeoutMs: CALL_MS })
  const problem = columns.failed.get(listing.group)
  if (problem)
    throw new AppError(
      isErrorCode(problem.code) ? problem.code : 'KAFKA_ERROR',
      problem.params ? { params: problem.params } : {},
    )
  const committed: Committed = new Map()
  for (let i = 0; i < columns.length; i++) {
    const topic = columns.topics[columns.topic[i] ?? -1]
    const partition = columns.partition[i]
    const offset = columns.offset[i]
    if (topic === undefined || partition === undefined || offset === undefined || offset < 0) continue
    const partitions = committed.get(topic) ?? new Map<number, bigint>()
    committed.set(topic, partitions)
    partitions.set(partition, columns.huge?.get(i) ?? BigInt(offset))
  }
  return committed
}
