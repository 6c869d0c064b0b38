import { expect, it } from 'vitest'
import type { TopicMetadata } from '@/server/kafka/port'
import { topicProducers } from './topic-producers'

it('a producer whose last record says a time that no date has is told without one, and so are all others', async () => {
  const of = (producerId: bigint, lastWriteMs: number) => ({
    producerId,
    transactionalId: null,
    partition: 0,
    lastWriteMs,
  })
  const producers = [of(1n, 2 ** 63), of(2n, 1_793_800_000_000), of(3n, -1)]
  const clusters = { get: () => ({ activeProducers: async () => ({ producers, isWhole: true }) }) }
  const ctx = { clusters, signal: new AbortController().signal } as unknown as Parameters<
    typeof topicProducers
  >[0]
  const topic = { name: 'a', partitions: [{ partition: 0 }] } as unknown as TopicMetadata
  const told = await topicProducers(ctx, 'c', topic)
  expect(told.producers.map(one => one.lastWriteAt)).toEqual([null, '2026-11-04T13:46:40.000Z', null])
})
