import { describeProducersV0, listTransactionsV0 } from '@platformatic/kafka'
import type { ActiveProducer, TopicPartition } from '../port'
import { family } from './api'
import { type Scope, withinPart } from './deadline'
import type { ClusterLink } from './link'

const DESCRIBE_PRODUCERS = family(describeProducersV0.api)
const LIST_TRANSACTIONS = family(listTransactionsV0.api)

type Link = Pick<ClusterLink, 'metadataIn' | 'read'>
type Producers = Omit<ActiveProducer, 'transactionalId'>[]
type Answered = { producers: Producers; missed: TopicPartition[] }

/**
 * Who writes to these partitions, as their leaders remember it (DescribeProducers, KIP-664, brokers from 2.8
 * on): producers that are idempotent or transactional, for `producer.id.expiration.ms` (a day) after their
 * last record. `isWhole`: every leader answered.
 */
export async function activeProducers(
  link: Link,
  partitions: readonly TopicPartition[],
  scope: Scope,
): Promise<{ producers: Producers; isWhole: boolean }> {
  const { producers, missed } = await askLeaders(link, partitions, 30_000, scope)
  if (missed.length === 0 || scope.remainingMs() <= 0) return { producers, isWhole: missed.length === 0 }
  // Their leaders may have moved: right after a broker died this is asked most.
  const again = await withinPart(scope, part => askLeaders(link, missed, 0, part)).catch(() => ({
    producers: [],
    missed,
  }))
  return { producers: [...producers, ...again.producers], isWhole: again.missed.length === 0 }
}

async function askLeaders(
  link: Link,
  partitions: readonly TopicPartition[],
  maxAgeMs: number,
  scope: Scope,
): Promise<Answered> {
  const topics = [...new Set(partitions.map(one => one.topic))]
  const metadata = await link.metadataIn(scope, { topics, maxAgeMs })
  const byLeader = Map.groupBy(partitions, ({ topic, partition }) => {
    const answer = metadata.topics.get(topic)
    const known = answer?.ok ? answer.value.partitions.find(one => one.partition === partition) : null
    return known?.leader ?? null
  })
  const answers = await Promise.all(
    [...byLeader].map(([broker, mine]): Promise<Answered> | Answered =>
      broker === null
        ? { producers: [], missed: mine }
        : withinPart(scope, part => producersOf(link, broker, mine, part)).catch(() => ({
            producers: [],
            missed: mine,
          })),
    ),
  )
  return {
    producers: answers.flatMap(one => one.producers),
    missed: answers.flatMap(one => one.missed),
  }
}

async function producersOf(
  link: Link,
  broker: number,
  mine: readonly TopicPartition[],
  scope: Scope,
): Promise<Answered> {
  const byTopic = Map.groupBy(mine, one => one.topic)
  const request = [...byTopic].map(([name, list]) => ({
    name,
    partitionIndexes: list.map(one => one.partition),
  }))
  const response = await link.read({ broker }, DESCRIBE_PRODUCERS, [request], scope)
  const answers = response.topics.flatMap(({ name, partitions }) =>
    partitions.map(partition => ({ topic: name, ...partition })),
  )
  return {
    missed: answers.flatMap(({ topic, partitionIndex: partition, errorCode }) =>
      errorCode === 0 ? [] : [{ topic, partition }],
    ),
    producers: answers.flatMap(({ topic, partitionIndex: partition, activeProducers: active }) =>
      active.map(producer => ({
        topic,
        partition,
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
