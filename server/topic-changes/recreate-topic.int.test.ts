import { afterAll, beforeAll, expect, it } from 'vitest'
import { topicChanges } from '@/lib/contracts/topic-changes'
import { topics } from '@/lib/contracts/topics'
import type { AppError } from '@/lib/errors'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { listAudit } from '@/server/audit/list-audit'
import { getTopicFacts, putTopicFacts } from '@/server/catalogue/topic-facts'
import { testStore } from '@/server/http/testing'
import { makeTopic } from '@/server/kafka/testing'
import type { Store } from '@/server/store/types'
import { listTopicProducers } from '@/server/topics/list-topic-producers'
import { topicsWorld } from '@/server/topics/testing'
import { recreateTopic } from './recreate-topic'

const world = topicsWorld(kafkaBootstrap())
const made: string[] = []
let store: Store
beforeAll(async () => {
  store = await testStore()
  world.lag.start()
  await world.lag.ready(new AbortController().signal)
})
afterAll(async () => {
  await Promise.all(made.map(name => world.cluster.deleteTopic(name).catch(() => undefined)))
  await world.close()
  await store.close()
})

const ctx = (over: Parameters<typeof world.context>[0] = {}) => world.context({ store, ...over })
const recreate = (topic: string, input: object, over = {}) =>
  recreateTopic(ctx(over), topicChanges.recreate.input.parse({ cluster: 'c', topic, ...input }))
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => Promise.reject(new Error('done')),
    (e: AppError) => e,
  )
const make = async (name: string, partitions: number, configs: Record<string, string> = {}) => {
  made.push(name)
  await makeTopic(world.cluster, { name, partitions, configs })
}
const read = async (name: string) => {
  const answer = (await world.cluster.metadata({ topics: [name], maxAgeMs: 0 })).topics.get(name)
  return answer?.ok ? answer.value : null
}

it('a topic is emptied by making it anew with its settings, after a look at who would notice', async () => {
  const topic = `order.${uniqueName('anew')}.created`
  await make(topic, 3, { 'retention.ms': '7200000', 'segment.bytes': '1048576' })
  const said = { owner: null, description: 'Orders', classification: null, schema: null, tags: ['core'] }
  await putTopicFacts(ctx(), { cluster: 'c', topic, ...said, revision: 0 })
  await world.cluster.produce(topic, { partition: 1, key: null, value: Buffer.from('x'), headers: [] })
  const before = await read(topic)

  const dry = await recreate(topic, { dryRun: true })
  expect(topicChanges.recreate.output.parse(dry)).toMatchObject({
    recreated: false,
    partitions: 3,
    configs: { 'retention.ms': '7200000', 'segment.bytes': '1048576' },
    usage: {
      inUse: true,
      recordsLastHour: '1',
      connectors: [],
      connectorsKnown: false,
      connectConfigured: false,
    },
  })
  // It was written by an idempotent producer, which its leader remembers.
  expect(dry.usage.producers).toMatchObject([{ partitions: [1], transactionalId: null }])
  expect((await refusal(recreate(topic, { confirm: topic }))).code).toBe('TOPIC_IN_USE')
  expect((await refusal(recreate(topic, { confirm: 'other', override: true }))).code).toBe('INPUT_INVALID')
  expect((await read(topic))?.topicId).toBe(before?.topicId)

  await recreate(topic, { confirm: topic, override: true, reason: 'full of tests' })
  const after = await read(topic)
  expect(after?.topicId).not.toBe(before?.topicId)
  expect(after?.partitions).toHaveLength(3)
  const ends = await world.cluster.listOffsets([{ topic, partition: 1 }], 'latest')
  expect(ends[0]?.answer).toMatchObject({ ok: true, value: { offset: 0n } })
  const again = await recreate(topic, { dryRun: true })
  expect(again.configs).toEqual({ 'retention.ms': '7200000', 'segment.bytes': '1048576' })
  expect(await getTopicFacts(ctx(), { cluster: 'c', topic })).toMatchObject({
    description: 'Orders',
    tags: ['core'],
  })
  const { items } = await listAudit(ctx(), { resource: `topic:${topic}`, limit: 10 })
  expect(items.map(one => `${one.action} ${one.outcome}`).slice(0, 2)).toEqual([
    'topic.create succeeded',
    'topic.delete succeeded',
  ])
  expect(items.slice(0, 2).map(one => one.reason)).toEqual(['full of tests', 'full of tests'])
})

it('what the policy would not let be made stays, whatever is in it', async () => {
  const topic = `Orders_${uniqueName('wild')}`
  await make(topic, 1)
  const before = await read(topic)
  expect((await refusal(recreate(topic, { dryRun: true }))).code).toBe('NAME_POLICY_VIOLATION')
  expect((await refusal(recreate(topic, { confirm: topic, override: true }))).code).toBe(
    'NAME_POLICY_VIOLATION',
  )
  const huge = `order.${uniqueName('anew')}.huge`
  await make(huge, 1, { 'retention.ms': '-1' })
  expect((await refusal(recreate(huge, { confirm: huge, override: true }))).code).toBe(
    'LIMIT_POLICY_VIOLATION',
  )
  expect((await read(topic))?.topicId).toBe(before?.topicId)
  expect(await read(huge)).not.toBeNull()
  expect((await refusal(recreate('__consumer_offsets', { dryRun: true }))).code).toBe('STATE_CONFLICT')
  for (const role of ['viewer', 'developer', 'approver', 'auditor'] as const)
    expect((await refusal(recreate(huge, { dryRun: true }, { roles: [role] }))).code).toBe('DENIED')
})

it('a topic names who writes to it', async () => {
  const topic = `order.${uniqueName('writer')}.created`
  await make(topic, 2)
  // The leader of a topic that was just made takes a moment to lead it.
  const whole = async () => (await listTopicProducers(ctx(), { cluster: 'c', topic })).isWhole
  await expect.poll(whole, { timeout: 30_000 }).toBe(true)
  const none = await listTopicProducers(ctx(), { cluster: 'c', topic })
  expect(topics.producers.output.parse(none)).toMatchObject({ items: [], isWhole: true, principals: null })
  expect(none.service).toMatchObject({ name: topic.split('.')[1], registered: false })
  await world.cluster.produce(topic, { partition: 0, key: null, value: Buffer.from('x'), headers: [] })
  const { items } = await listTopicProducers(ctx(), { cluster: 'c', topic })
  expect(items).toMatchObject([{ partitions: [0] }])
  expect(Date.parse(items[0]?.lastWriteAt ?? '')).toBeGreaterThan(0)
  const code = (await refusal(listTopicProducers(ctx(), { cluster: 'c', topic: `${topic}-not` }))).code
  expect(code).toBe('TOPIC_UNKNOWN')
})
