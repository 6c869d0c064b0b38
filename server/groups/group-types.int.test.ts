import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { groups as contracts } from '@/lib/contracts/groups'
import { topics as topicContracts } from '@/lib/contracts/topics'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { type JavaConsumer, startJavaConsumer } from '@/scripts/services/test-groups'
import { connectTestProducer } from '@/scripts/services/test-producer'
import { testContext } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { listTopicGroups } from '@/server/topics/list-topic-groups'
import { getGroup } from './get-group'
import { ClusterLagSampler } from './lag-sampler'

const clock = { now: () => Date.now() }
const clusters = createKafkaClusters([testConfig(kafkaBootstrap(), { id: 'c' })], { clock })
const cluster = clusters.get('c')
const sampler = new ClusterLagSampler({ cluster, clock, log: silentLogger, intervalMs: 1000 })
const ctx = testContext({ clusters, services: { lag: { of: () => sampler } } })
const topic = uniqueName('types')
const names = { consumer: uniqueName('kip848'), share: uniqueName('kip932') }
let producer: Awaited<ReturnType<typeof connectTestProducer>>
const running: Partial<Record<keyof typeof names | 'holder', JavaConsumer>> = {}

const read = (group: string) => getGroup(ctx, { cluster: 'c', group })
const produce = (count: number) =>
  producer.send({
    topic,
    messages: Array.from({ length: count }, (_, i) => ({ partition: i % 2, value: `${i}` })),
  })
const when = (group: string) => expect.poll(() => read(group).catch(error => error), { timeout: 60_000 })

beforeAll(async () => {
  await makeTopic(cluster, { name: topic, partitions: 2 })
  producer = await connectTestProducer()
  await produce(20)
  await cluster.incrementalAlterConfigs({ type: 'group', name: names.share }, [
    { name: 'share.auto.offset.reset', op: 'set', value: 'earliest' },
  ])
  for (const type of ['consumer', 'share'] as const)
    running[type] = await startJavaConsumer(type, names[type], topic)
  sampler.start()
})
afterAll(async () => {
  await Promise.all(Object.values(running).map(one => one.stop()))
  await sampler.stop()
  await producer.disconnect()
  await clusters.close()
})

describe('groups of Java consumers', () => {
  it('the consumer protocol (KIP-848): type, state, members with current and target assignment, lag', async () => {
    await when(names.consumer).toMatchObject({
      type: 'consumer',
      state: 'Stable',
      members: 1,
      lag: '0',
      status: 'ok',
    })
    const detail = await read(names.consumer)
    expect(contracts.get.output.parse(detail)).toEqual(detail)
    const all = [{ topic, partitions: [0, 1] }]
    expect(detail).toMatchObject({
      assignor: 'uniform',
      epoch: expect.any(Number),
      memberList: [{ subscribed: [topic], assigned: all, target: all }],
    })
    expect(detail.partitions.every(p => p.memberId === detail.memberList[0]?.memberId)).toBe(true)
  })

  it('a share group (KIP-932): lag as the broker counts it, members that share', async () => {
    await when(names.share).toMatchObject({ type: 'share', members: 1, lag: '0', problem: null })
    const detail = await read(names.share)
    expect(contracts.get.output.parse(detail)).toEqual(detail)
    expect(detail).toMatchObject({ state: 'Stable', memberList: [{ subscribed: [topic], target: null }] })
    // Their start offset is written behind: what is left is the broker's own count, not the distance to it.
    expect(detail.partitions.map(p => [p.lag, p.lastStable, p.notes])).toEqual([
      ['0', '10', []],
      ['0', '10', []],
    ])
  })

  it('both are told by their topic, with their lag on it', async () => {
    const ask = () => listTopicGroups(ctx, { cluster: 'c', topic })
    const answer = await ask()
    expect(topicContracts.groups.output.parse(answer)).toEqual(answer)
    await expect
      .poll(() => ask().then(({ items }) => items.map(one => [one.group, one.type, one.lag]).sort()))
      .toEqual([
        [names.consumer, 'consumer', '0'],
        [names.share, 'share', '0'],
      ])
    await expect(listTopicGroups(ctx, { cluster: 'c', topic: 'no-such' })).rejects.toMatchObject({
      code: 'TOPIC_UNKNOWN',
    })
  })

  it('when they are gone their lag grows, they are empty, and nobody owns a partition', async () => {
    await Promise.all(Object.values(running).map(one => one.stop()))
    await produce(8)
    for (const group of [names.consumer, names.share]) {
      await when(group).toMatchObject({ state: 'Empty', members: 0, lag: '8', memberList: [] })
      expect((await read(group)).partitions.map(p => p.memberId)).toEqual([null, null])
    }
    expect((await read(names.consumer)).timeLagMs).toBeGreaterThan(0)
  })

  it('what a member of a share group holds and did not acknowledge is lag and not done', async () => {
    const [name, group] = [uniqueName('held'), uniqueName('holds')]
    await makeTopic(cluster, { name, partitions: 1 })
    await producer.send({ topic: name, messages: [{ value: 'first' }] })
    await cluster.incrementalAlterConfigs({ type: 'group', name: group }, [
      { name: 'share.auto.offset.reset', op: 'set', value: 'earliest' },
    ])
    const member = await startJavaConsumer('share', group, name)
    running.holder = member
    // Kafka tells no start offset before the first acknowledgement.
    await when(group).toMatchObject({ members: 1, lag: '0' })
    member.child.stdout?.once('data', () => member.child.stdout?.pause())
    // More than fits the pipe that nobody reads: printing stops in the midst of the batch.
    const messages = Array.from({ length: 200 }, () => ({ value: 'x'.repeat(4000) }))
    await producer.send({ topic: name, messages })
    try {
      await expect.poll(() => member.lines.length, { timeout: 20_000 }).toBeGreaterThan(1)
      await when(group).toMatchObject({
        ...{ members: 1, lag: '200' },
        // The start may be told a little late: the first record is then done after it, never one that is held.
        partitions: [{ committed: expect.stringMatching(/^[01]$/), lastStable: '201', lag: '200' }],
      })
      expect(member.lines.length).toBeLessThan(201)
    } finally {
      // It ends only when it can print.
      member.child.stdout?.resume()
    }
    await when(group).toMatchObject({ lag: '0' })
  })
})
