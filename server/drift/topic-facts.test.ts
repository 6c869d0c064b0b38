import { beforeEach, expect, it } from 'vitest'
import type { ClusterMetadata, ConfigResource, DescribeOptions, KafkaCluster } from '@/server/kafka/port'
import { silentLogger } from '@/server/log'
import type { Store } from '@/server/store/types'
import { readTopicFacts } from './topic-facts'

const names = Array.from({ length: 2500 }, (_, i) => `order.order-service.event-${i}`)
const partition = { partition: 0, leader: 1, replicas: [1], isr: [1], offline: [] }
const metadata = {
  clusterId: 'c',
  brokers: [1, 2].map(id => ({ id, host: 'h', port: 1, rack: null })),
  topics: new Map(
    names.map(name => [
      name,
      { ok: true, value: { name, topicId: name, internal: false, partitions: [partition] } },
    ]),
  ),
  sampledAtMs: 0,
} as unknown as ClusterMetadata

/** Who was asked, about how many topics; `any` for nobody in particular. */
let asked: string[]
let away: Set<number | undefined>
beforeEach(() => {
  asked = []
  away = new Set()
})

const cluster = () =>
  ({
    id: 'c',
    metadata: async () => metadata,
    describeConfigs: async (resources: ConfigResource[], options: DescribeOptions) => {
      asked.push(`${options.broker ?? 'any'} ${resources.length}`)
      const problem = { scope: 'topic', code: 'TIMED_OUT', params: {} }
      const value = [{ name: 'retention.ms', value: '-1', source: 'topic' }]
      const answer = away.has(options.broker) ? { ok: false, problem } : { ok: true, value }
      return resources.map(resource => ({ resource, answer }))
    },
  }) as unknown as KafkaCluster

/** Without a store: nobody said anything about a topic. */
const asker = {
  ...{ store: { db: {} } as Store, signal: new AbortController().signal },
  ...{ clock: { now: () => 0 }, log: silentLogger },
}
const read = (from: KafkaCluster) => readTopicFacts(asker, from)

it('asks each broker for its share, and remembers for a moment', async () => {
  const from = cluster()
  const { facts, settingsKnown } = await read(from)
  expect(settingsKnown).toBe(true)
  expect(facts.get(names[2499] ?? '')).toMatchObject({ configs: { 'retention.ms': '-1' } })
  expect(asked).toHaveLength(10)
  expect(new Set(asked)).toEqual(new Set(['1 250', '2 250', 'any 250']))
  await read(from)
  expect(asked).toHaveLength(10)
})

it('asks another for the share of one that does not answer', async () => {
  away = new Set([2])
  const { facts, settingsKnown } = await read(cluster())
  expect(settingsKnown).toBe(true)
  expect(asked).toContain('2 250')
  expect([...facts.values()].every(({ configs }) => configs['retention.ms'] === '-1')).toBe(true)
})

it('knows no settings where nobody answers: names and sizes alone are judged', async () => {
  away = new Set([1, 2, undefined])
  const { facts, settingsKnown } = await read(cluster())
  expect(settingsKnown).toBe(false)
  expect(facts.get(names[0] ?? '')).toMatchObject({ partitions: 1, configs: {}, defaults: undefined })
})
