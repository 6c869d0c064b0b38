import { describeProducersV0, listTransactionsV0 } from '@platformatic/kafka'
import type { OpenTransactionInfo, TopicPartition } from '../port'
import { family } from './api'
import { type Scope, withinPart } from './deadline'
import type { ClusterLink } from './link'

const DESCRIBE_PRODUCERS = family(describeProducersV0.api)
const LIST_TRANSACTIONS = family(listTransactionsV0.api)

/**
 * Transactions that are open on these partitions (DescribeProducers, KIP-664, brokers from 2.8 on), each with the transactional id where
 * a coordinator tells (ListTransactions needs a right of its own). What can't be asked is left out: the caller knows from the offsets
 * that something is open.
 */
export async function openTransactions(
  link: ClusterLink,
  partitions: readonly TopicPartition[],
  scope: Scope,
): Promise<OpenTransactionInfo[]> {
  const topics = [...new Set(partitions.map(one => one.topic))]
  const metadata = await link.metadataIn(scope, { topics, maxAgeMs: 30_000 })
  const byLeader = new Map<number, Map<string, number[]>>()
  for (const { topic, partition } of partitions) {
    const answer = metadata.topics.get(topic)
    const leader = answer?.ok
      ? answer.value.partitions.find(one => one.partition === partition)?.leader
      : null
    if (leader === null || leader === undefined) continue
    const mine = byLeader.get(leader) ?? new Map<string, number[]>()
    mine.set(topic, [...(mine.get(topic) ?? []), partition])
    byLeader.set(leader, mine)
  }
  const found = await Promise.all(
    [...byLeader].map(([broker, mine]) =>
      withinPart(scope, part => producersOf(link, broker, mine, part)).catch(() => []),
    ),
  )
  const open = found.flat()
  if (open.length === 0) return []
  const ids = await transactionalIds(
    link,
    metadata.brokers.map(broker => broker.id),
    open.map(one => one.producerId),
    scope,
  )
  return open.map(one => ({ ...one, transactionalId: ids.get(one.producerId) ?? null }))
}

async function producersOf(
  link: ClusterLink,
  broker: number,
  topics: ReadonlyMap<string, number[]>,
  scope: Scope,
): Promise<Omit<OpenTransactionInfo, 'transactionalId'>[]> {
  const request = [...topics].map(([name, partitionIndexes]) => ({ name, partitionIndexes }))
  const response = await link.read({ broker }, DESCRIBE_PRODUCERS, [request], scope)
  return response.topics.flatMap(({ name, partitions }) =>
    partitions.flatMap(({ partitionIndex, activeProducers }) =>
      activeProducers
        .filter(producer => producer.currentTxnStartOffset >= 0n)
        .map(producer => ({
          topic: name,
          partition: partitionIndex,
          producerId: producer.producerId,
          firstOffset: producer.currentTxnStartOffset,
          lastWriteMs: Number(producer.lastTimestamp),
        })),
    ),
  )
}

async function transactionalIds(
  link: ClusterLink,
  brokers: readonly number[],
  producerIds: bigint[],
  scope: Scope,
): Promise<Map<bigint, string>> {
  const answers = await Promise.all(
    brokers.map(broker =>
      withinPart(scope, part =>
        link.read({ broker }, LIST_TRANSACTIONS, [[], producerIds, -1n, null], part),
      ).catch(() => null),
    ),
  )
  return new Map(
    answers.flatMap(answer =>
      (answer?.transactionStates ?? []).map(one => [one.producerId, one.transactionalId] as const),
    ),
  )
}
