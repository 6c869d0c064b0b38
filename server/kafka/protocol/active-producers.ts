import { describeProducersV0, listTransactionsV0 } from '@platformatic/kafka'
import type { ActiveProducer, TopicPartition } from '../port'
import { family } from './api'
import { type Scope, withinPart } from './deadline'
import type { ClusterLink } from './link'

const DESCRIBE_PRODUCERS = family(describeProducersV0.api)
const LIST_TRANSACTIONS = family(listTransactionsV0.api)

type Answered = { producers: Omit<ActiveProducer, 'transactionalId'>[]; isWhole: boolean }

/**
 * Who writes to these partitions, as their leaders remember it (DescribeProducers, KIP-664, brokers from 2.8
 * on): producers that are idempotent or transactional, for `producer.id.expiration.ms` (a day) after their
 * last record. `isWhole`: every leader answered.
 */
export async function activeProducers(
  link: ClusterLink,
  partitions: readonly TopicPartition[],
  scope: Scope,
): Promise<Answered> {
  const topics = [...new Set(partitions.map(one => one.topic))]
  const metadata = await link.metadataIn(scope, { topics, maxAgeMs: 30_000 })
  const byLeader = new Map<number, Map<string, number[]>>()
  let isWhole = true
  for (const { topic, partition } of partitions) {
    const answer = metadata.topics.get(topic)
    const leader = answer?.ok
      ? answer.value.partitions.find(one => one.partition === partition)?.leader
      : null
    if (leader === null || leader === undefined) {
      isWhole = false
      continue
    }
    const mine = byLeader.get(leader) ?? new Map<string, number[]>()
    mine.set(topic, [...(mine.get(topic) ?? []), partition])
    byLeader.set(leader, mine)
  }
  const found = await Promise.all(
    [...byLeader].map(([broker, mine]) =>
      withinPart(scope, part => producersOf(link, broker, mine, part)).catch(() => null),
    ),
  )
  const answered = found.filter(one => one !== null)
  return {
    producers: answered.flatMap(one => one.producers),
    isWhole: isWhole && answered.length === found.length && answered.every(one => one.isWhole),
  }
}

async function producersOf(
  link: ClusterLink,
  broker: number,
  topics: ReadonlyMap<string, number[]>,
  scope: Scope,
): Promise<Answered> {
  const request = [...topics].map(([name, partitionIndexes]) => ({ name, partitionIndexes }))
  const response = await link.read({ broker }, DESCRIBE_PRODUCERS, [request], scope)
  const answers = response.topics.flatMap(({ name, partitions }) =>
    partitions.map(partition => ({ name, ...partition })),
  )
  return {
    isWhole: answers.every(one => one.errorCode === 0),
    producers: answers.flatMap(({ name, partitionIndex, activeProducers: active }) =>
      active.map(producer => ({
        topic: name,
        partition: partitionIndex,
        producerId: producer.producerId,
        openFrom: producer.currentTxnStartOffset >= 0n ? producer.currentTxnStartOffset : null,
        lastWriteMs: Number(producer.lastTimestamp),
      })),
    ),
  }
}

/**
 * Transactional ids of producers and the states of their transactions, where a coordinator tells (ListTransactions
 * needs a right of its own).
 */
export async function transactionsOf(
  link: ClusterLink,
  producerIds: readonly bigint[],
  scope: Scope,
): Promise<ReadonlyMap<bigint, { transactionalId: string; state: string }>> {
  if (producerIds.length === 0) return new Map()
  const { brokers } = await link.metadataIn(scope, { topics: [], maxAgeMs: 30_000 })
  const answers = await Promise.all(
    brokers.map(({ id: broker }) =>
      withinPart(scope, part =>
        link.read({ broker }, LIST_TRANSACTIONS, [[], [...producerIds], -1n, null], part),
      ).catch(() => null),
    ),
  )
  return new Map(
    answers.flatMap(answer =>
      (answer?.transactionStates ?? []).map(
        ({ producerId, transactionalId, transactionState }) =>
          [producerId, { transactionalId, state: transactionState as string }] as const,
      ),
    ),
  )
}
