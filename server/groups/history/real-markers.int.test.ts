import { afterAll, beforeAll, expect, it } from 'vitest'
import { groups as contracts } from '@/lib/contracts/groups'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { testKafka } from '@/scripts/services/test-groups'
import { testContext, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { getLagHistory } from '../get-lag-history'
import { ClusterLagSampler } from '../lag-sampler'
import { LagHistory } from './lag-history'

const clock = { now: () => Date.now() }
const store = await testStore()
const clusters = createKafkaClusters([testConfig(kafkaBootstrap(), { id: 'c' })], { clock })
const cluster = clusters.get('c')
const history = new LagHistory({ store, cluster: 'c', log: silentLogger })
const sampler = new ClusterLagSampler({ cluster, clock, log: silentLogger, intervalMs: 1000, history })
const ctx = testContext({ clusters, store, services: { lag: { of: () => sampler } } })
const group = uniqueName('deployed')
const topic = `${group}-topic`
const kafka = testKafka()
const consumers: ReturnType<typeof kafka.consumer>[] = []
let release = () => {}

/** A real member: it reads, and looks at what its topic has become every half second. */
async function join(): Promise<ReturnType<typeof kafka.consumer>> {
  const consumer = kafka.consumer({
    ...{ groupId: group, allowAutoTopicCreation: false, metadataMaxAge: 500 },
    ...{ heartbeatInterval: 300, maxWaitTimeInMs: 200 },
  })
  consumers.push(consumer)
  await consumer.connect()
  await consumer.subscribe({ topic })
  await consumer.run({ eachMessage: async () => undefined })
  return consumer
}

const markers = async () => {
  const answer = await getLagHistory(ctx, { cluster: 'c', group, window: '15m' })
  expect(contracts.lagHistory.output.parse(answer)).toEqual(answer)
  return answer.markers
}
const until = () => expect.poll(markers, { timeout: 30_000 })
/** What each member has, as it was described last. */
const given = () =>
  (sampler.description(group)?.members ?? []).map(one => one.assigned.flatMap(at => at.partitions).length)

beforeAll(async () => {
  await makeTopic(cluster, { name: topic, partitions: 2 })
  await join()
  sampler.start()
}, 60_000)
afterAll(async () => {
  release()
  await Promise.all(consumers.map(one => one.disconnect()))
  await sampler.stop()
  await clusters.close()
  await store.close()
})

it('members that come and go, and partitions that move between those who stay, are lines in the history', async () => {
  await expect.poll(() => sampler.find(group, new AbortController().signal), { timeout: 30_000 }).toBe(true)
  release = sampler.watch(group, () => {})
  await expect.poll(given, { timeout: 30_000 }).toEqual([2])
  const second = await join()
  await until().toContainEqual(
    expect.objectContaining({ kind: 'members', detail: { from: 1, to: 2, joined: 1, left: 0 } }),
  )
  await expect.poll(given, { timeout: 30_000 }).toEqual([1, 1])

  const before = (await markers()).filter(one => one.kind === 'rebalance').length
  await cluster.createPartitions(topic, 4)
  await expect.poll(given, { timeout: 30_000 }).toEqual([2, 2])
  await expect
    .poll(async () => (await markers()).filter(one => one.kind === 'rebalance').length, { timeout: 30_000 })
    .toBeGreaterThan(before)

  await second.disconnect()
  await until().toContainEqual(
    expect.objectContaining({ kind: 'members', detail: { from: 2, to: 1, joined: 0, left: 1 } }),
  )
  // They were told in order, with when they were seen; a page that counts storms has them too.
  const times = (await markers()).map(one => Date.parse(one.at))
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(sampler.facts(group).changes.length).toBeGreaterThanOrEqual(3)
}, 120_000)
