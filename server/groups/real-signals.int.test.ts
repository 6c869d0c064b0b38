import { afterAll, beforeAll, expect, it } from 'vitest'
import { groups as contracts } from '@/lib/contracts/groups'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { hoardingAssigner, testKafka } from '@/scripts/services/test-groups'
import { sendMessages } from '@/scripts/services/test-producer'
import { lagSchema } from '@/server/config/schema'
import { testContext } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { getGroup } from './get-group'
import { ClusterLagSampler } from './lag-sampler'

// Burrow judges a hundred seconds: for the sampler twenty pass in each, for the members one.
const startedMs = Date.now()
const clock = { now: () => startedMs + (Date.now() - startedMs) * 20 }
const clusters = createKafkaClusters([testConfig(kafkaBootstrap(), { id: 'c' })], {
  clock: { now: () => Date.now() },
})
const cluster = clusters.get('c')
const sampler = new ClusterLagSampler({ cluster, clock, log: silentLogger, intervalMs: 300 })
const lag = lagSchema.parse({ storm: { changes: 3, minutes: 24 * 60 } })
const ctx = testContext({ clusters, clock, config: { lag }, services: { lag: { of: () => sampler } } })
const group = uniqueName('signals')
const topic = `${group}-topic`
const HOT = 0
const PARTITIONS = 4
const kafka = testKafka()
const members: ReturnType<typeof kafka.consumer>[] = []

/** A real member: it reads everything, but stops at the first record of one partition that it meets. */
async function join(): Promise<(typeof members)[number]> {
  const consumer = kafka.consumer({
    ...{ groupId: group, allowAutoTopicCreation: false, partitionAssigners: [hoardingAssigner] },
    ...{ heartbeatInterval: 200, maxWaitTimeInMs: 200 },
  })
  members.push(consumer)
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommitThreshold: 1,
    eachMessage: async ({ partition, pause }) => {
      if (partition === HOT) pause()
    },
  })
  return consumer
}

const read = () => getGroup(ctx, { cluster: 'c', group })
const until = () => expect.poll(() => read().catch(error => error), { timeout: 40_000 })
const says = (...signals: object[]) => ({ signals: expect.arrayContaining(signals) })
const at = { topic, partition: HOT }

beforeAll(async () => {
  await makeTopic(cluster, { name: topic, partitions: PARTITIONS })
  const messages = Array.from({ length: 200 }, (_, i) => ({
    ...{ partition: i < 170 ? HOT : 1 + (i % (PARTITIONS - 1)), value: `${i}` },
  }))
  await sendMessages(topic, messages)
  await join()
  sampler.start()
}, 60_000)
afterAll(async () => {
  await Promise.all(members.map(one => one.disconnect()))
  await sampler.stop()
  await clusters.close()
})

it('a member that stands at one partition: stalled, that partition stuck, all lag in it', async () => {
  await until().toMatchObject({
    ...{ members: 1, state: 'Stable', status: 'stall' },
    ...says(
      { kind: 'stall', severity: 'error', params: { n: 1 } },
      { kind: 'stuckPartition', severity: 'warn', params: { n: 1, ...at } },
      { kind: 'skew', severity: 'info', params: { percent: 100, ...at } },
    ),
  })
  const detail = await read()
  expect(contracts.get.output.parse(detail)).toEqual(detail)
  expect(detail.signals).toHaveLength(3)
})

it('members of whom one has most and one nothing; a storm when they come and go', async () => {
  await join()
  const uneven = { kind: 'unevenMembers', severity: 'info', params: { least: 1, most: PARTITIONS - 1 } }
  await until().toMatchObject({ members: 2, assignor: 'hoarding', ...says(uneven) })
  const third = await join()
  const idle = { kind: 'idleMember', severity: 'info', params: { n: 1 } }
  await until().toMatchObject({ members: 3, ...says(uneven, idle) })
  await third.disconnect()
  const params = { n: expect.any(Number), minutes: lag.storm.minutes }
  await until().toMatchObject({
    members: 2,
    ...says(uneven, { kind: 'rebalanceStorm', severity: 'warn', params }),
  })
  const { signals } = await read()
  expect(Number(signals.find(one => one.kind === 'rebalanceStorm')?.params.n)).toBeGreaterThanOrEqual(3)
  expect(signals.map(one => one.kind)).not.toContain('idleMember')
})

it('a group whose members are all gone while it is behind has stopped', async () => {
  await Promise.all(members.map(one => one.disconnect()))
  await until().toMatchObject({
    ...{ members: 0, state: 'Empty', status: 'stop' },
    ...says({ kind: 'stop', severity: 'error', params: { n: 1 } }),
  })
  expect((await read()).signals.map(one => one.kind)).not.toContain('unevenMembers')
})
