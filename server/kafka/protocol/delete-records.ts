import { deleteRecordsV2 } from '@platformatic/kafka'
import { AppError } from '@/lib/errors'
import { partitionScope } from '@/lib/partition-key'
import type { DeletedRecords } from '../port'
import { family } from './api'
import { type Scope, withinPart } from './deadline'
import { failed, kafkaError, ok } from './errors'
import type { ClusterLink } from './link'

type Topic = Parameters<typeof deleteRecordsV2.api.async>[1][number]
const DELETE = family<[Topic[], number], deleteRecordsV2.DeleteRecordsResponse>(deleteRecordsV2.api)

/**
 * Deletes the records before an offset (-1: up to the high watermark), each partition at its leader; answers
 * each partition's new first offset. A partition whose answer was lost carries OUTCOME_UNKNOWN: records that
 * are gone stay gone, so asking again is safe.
 */
export async function deleteRecords(
  link: ClusterLink,
  topic: string,
  partitions: readonly { partition: number; offset: bigint }[],
  scope: Scope,
): Promise<DeletedRecords[]> {
  const metadata = await link.metadataIn(scope, { topics: [topic], maxAgeMs: 0 })
  const known = metadata.topics.get(topic)
  if (!known?.ok) throw new AppError('TOPIC_UNKNOWN', { params: { topic } })
  const byLeader = new Map<number, { partition: number; offset: bigint }[]>()
  const answers = new Map<number, DeletedRecords['answer']>()
  const scopeOf = (partition: number) => partitionScope({ topic, partition })
  for (const one of partitions) {
    const leader = known.value.partitions.find(p => p.partition === one.partition)?.leader
    if (leader === undefined || leader === null) {
      const code = leader === null ? 'LEADER_UNAVAILABLE' : 'PARTITION_UNKNOWN'
      const params = { topic, partition: one.partition }
      answers.set(one.partition, failed(scopeOf(one.partition), new AppError(code, { params })))
    } else byLeader.set(leader, [...(byLeader.get(leader) ?? []), one])
  }
  const ask = async (broker: number, mine: { partition: number; offset: bigint }[]) => {
    const wanted = mine.map(({ partition, offset }) => ({ partitionIndex: partition, offset }))
    const timeoutMs = Math.max(500, Math.round(scope.remainingMs() - 500))
    try {
      const response = await withinPart(scope, part =>
        link.mutate({ broker }, DELETE, [[{ name: topic, partitions: wanted }], timeoutMs], part),
      )
      for (const one of response.topics[0]?.partitions ?? []) {
        const at = { topic, partition: one.partitionIndex }
        answers.set(
          one.partitionIndex,
          one.errorCode === 0
            ? ok({ firstOffset: one.lowWatermark })
            : failed(scopeOf(one.partitionIndex), kafkaError(one.errorCode, at)),
        )
      }
    } catch (error) {
      for (const { partition } of mine) answers.set(partition, failed(scopeOf(partition), error))
    }
  }
  await Promise.all([...byLeader].map(([broker, mine]) => ask(broker, mine)))
  return partitions.map(({ partition }) => ({
    partition,
    answer: answers.get(partition) ?? failed(scopeOf(partition), new AppError('OUTCOME_UNKNOWN')),
  }))
}
