import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { type Committer, connectCommitter, testKafka } from '@/scripts/services/test-groups'
import { sendMessages } from '@/scripts/services/test-producer'
import { testContext, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { getGroup } from './get-group'
import { LagHistory } from './history/lag-history'
import { IdleGroups } from './idle-groups'
import { ClusterLagSampler } from './lag-sampler'

const HOUR_MS = 3_600_000
const store = await testStore()
const clusters = createKafkaClusters([testConfig(kafkaBootstrap(), { id: 'c' })], {
  clock: { now: () => Date.now() },
})
const cluster = clusters.get('c')
const topic = uniqueName('faults')
const log = { ...silentLogger, error: vi.fn() }
const samplers: ClusterLagSampler[] = []
let committer: Committer

function openSampler(clock = { now: () => Date.now() }, id = 'c') {
  const history = new LagHistory({ store, cluster: id, log })
  const idle = new IdleGroups(store, id)
  const sampler = new ClusterLagSampler({ cluster, clock, log, intervalMs: 500, history, idle })
  samplers.push(sampler)
  sampler.start()
  const ctx = testContext({ clusters, store, services: { lag: { of: () => sampler } } })
  return { sampler, ctx, read: (group: string) => getGroup(ctx, { cluster: 'c', group }) }
}
const usual = openSampler()
const until = (group: string, of = usual) =>
  expect.poll(() => of.read(group).catch(error => error), { timeout: 30_000 })

beforeAll(async () => {
  await makeTopic(cluster, { name: topic, partitions: 3 })
  const messages = Array.from({ length: 30 }, (_, i) => ({ partition: i % 3, value: `${i}` }))
  await sendMessages(topic, messages)
  committer = await connectCommitter()
}, 60_000)
afterAll(async () => {
  await Promise.all(samplers.map(one => one.stop()))
  await committer.close()
  await clusters.close()
  await store.close()
})

it('a hundred groups that are deleted while they are read go, and nothing else suffers', async () => {
  const names = Array.from({ length: 100 }, (_, i) => `${topic}-gone-${i}`)
  const stays = uniqueName('stays')
  await committer.commit(stays, [[topic, 0, 4]])
  await Promise.all(names.map(name => committer.commit(name, [[topic, 1, 5]])))
  const known = () => usual.sampler.snapshot()?.rows.filter(row => names.includes(row.group)).length
  await expect.poll(known, { timeout: 30_000 }).toBe(100)
  // Between the list of groups and the question for their offsets, and all the time around it.
  const admin = testKafka().admin()
  await admin.connect()
  const ask = cluster.committedOffsets.bind(cluster)
  const spy = vi.spyOn(cluster, 'committedOffsets').mockImplementationOnce(async (...args) => {
    await admin.deleteGroups(names.slice(0, 50))
    return ask(...args)
  })
  const lost: (string | null | undefined)[] = []
  const off = usual.sampler.onSnapshot(() => lost.push(usual.sampler.row(stays)?.lag))
  await expect.poll(() => spy.mock.calls.length, { timeout: 30_000 }).toBeGreaterThan(0)
  await admin.deleteGroups(names.slice(50))
  await expect.poll(known, { timeout: 30_000 }).toBe(0)
  await expect.poll(() => lost.length, { timeout: 30_000 }).toBeGreaterThan(2)
  off()
  spy.mockRestore()
  await admin.disconnect()
  expect(new Set(lost)).toEqual(new Set(['6']))
  expect(usual.sampler.problems().filter(problem => problem.scope === 'cluster')).toEqual([])
  expect(log.error).not.toHaveBeenCalled()
})

it('offsets that make no sense are told as such, one by one, and to the last digit', async () => {
  const group = uniqueName('huge')
  const huge = 2n ** 62n + 1n
  const commit = (offset: number | bigint) =>
    committer.commit(group, [
      [topic, 0, offset],
      [topic, 1, -5],
      [topic, 2, 4],
    ])
  await commit(huge)
  await until(group).toMatchObject({ problem: null, partitions: [{ partition: 0 }, {}, {}] })
  const { partitions, lag } = await usual.read(group)
  expect(lag).toBe('6')
  expect(partitions.map(row => [row.committed, row.lag])).toEqual([
    [String(huge), null],
    [null, null],
    ['4', '6'],
  ])
  expect(partitions[0]?.notes).toContain('beyondEnd')
  expect(partitions[1]?.notes).toEqual(['noCommit'])
  // What jumped beyond the end was not consumed, and what is consumed afterwards is counted.
  await commit(3)
  await until(group).toMatchObject({ lag: '13' })
  await commit(8)
  await until(group).toMatchObject({ lag: '8' })
  const consumed = async () => (await usual.read(group)).consumePerSecond
  await expect.poll(async () => (await consumed()) ?? 0, { timeout: 30_000 }).toBeGreaterThan(0)
  expect(await consumed()).toBeLessThan(1000)
})

it.each([
  ['ahead of', HOUR_MS],
  ['behind', -HOUR_MS],
])(
  'a console whose clock is an hour %s the brokers’ counts records alike, and no lag in time is negative',
  async (_, skewMs) => {
    const group = uniqueName('skewed')
    await committer.commit(group, [[topic, 2, 3]])
    const of = openSampler({ now: () => Date.now() + skewMs }, `skewed-${skewMs}`)
    await until(group, of).toMatchObject({ lag: '7', problem: null, status: 'ok' })
    const settled = async () => (await of.read(group)).timeLagMs
    // By the record's own time, which the broker's side wrote; one from the future says nothing, least of all 0.
    if (skewMs > 0) await expect.poll(settled, { timeout: 30_000 }).toBeGreaterThan(HOUR_MS)
    else expect(await settled()).not.toBe(0)
    await committer.commit(group, [[topic, 2, 10]])
    await until(group, of).toMatchObject({ lag: '0', timeLagMs: 0, catchUpMs: 0 })
  },
)

it('a topic that is deleted takes its lag with it, and one of the same name is another', async () => {
  const [group, name] = [uniqueName('orphan'), uniqueName('made-anew')]
  const produceTo = async (count: number) => {
    const messages = Array.from({ length: count }, (_, i) => ({ partition: 0, value: `${i}` }))
    await sendMessages(name, messages)
  }
  const rowOf = async () => (await usual.read(group)).partitions.find(row => row.topic === name)
  await makeTopic(cluster, { name })
  await produceTo(9)
  await committer.commit(group, [
    [topic, 0, 10],
    [name, 0, 3],
  ])
  await until(group).toMatchObject({ lag: '6', problem: null })

  await cluster.deleteTopic(name)
  // Kafka forgets the group's offsets with the topic, a little later: until then the row says what it is of.
  await expect
    .poll(async () => (await rowOf()) ?? 'gone', { timeout: 30_000 })
    .toSatisfy(row => row === 'gone' || row.notes.includes('topicDeleted'))
  await until(group).toMatchObject({ lag: '0', status: 'ok', problem: null, topics: [topic] })

  await makeTopic(cluster, { name })
  await produceTo(5)
  // As a consumer does that lived through it and still has its old place.
  await committer.commit(group, [[name, 0, 8]])
  await expect
    .poll(rowOf, { timeout: 30_000 })
    .toMatchObject({ committed: '8', lastStable: '5', lag: null, notes: ['topicRecreated', 'beyondEnd'] })
  expect((await usual.read(group)).signals).toMatchObject([
    { kind: 'beyondEnd', params: { n: 1, topic: name, partition: 0 } },
  ])
  await committer.commit(group, [[name, 0, 1]])
  await expect.poll(rowOf, { timeout: 30_000 }).toMatchObject({ lag: '4', notes: [], problem: null })
  expect(log.error).not.toHaveBeenCalled()
})

it('records that are gone before they were read, and those that compaction takes, are said to be so', async () => {
  const [group, short, compact] = [uniqueName('robbed'), uniqueName('short'), uniqueName('compact')]
  await makeTopic(cluster, { name: short })
  await makeTopic(cluster, { name: compact, configs: { 'cleanup.policy': 'compact' } })
  const messages = Array.from({ length: 9 }, (_, i) => ({ partition: 0, key: `${i}`, value: `${i}` }))
  for (const name of [short, compact]) await sendMessages(name, messages)
  await committer.commit(group, [
    [short, 0, 2],
    [compact, 0, 4],
  ])
  await cluster.deleteRecords(short, [{ partition: 0, offset: 6n }])
  const notes = async () => {
    const { partitions } = await usual.read(group)
    return Object.fromEntries(partitions.map(row => [row.topic, [row.lag, ...row.notes]]))
  }
  await expect
    .poll(notes, { timeout: 45_000 })
    .toEqual({ [short]: ['7', 'dataLost'], [compact]: ['5', 'compacted'] })
  expect((await usual.read(group)).signals).toMatchObject([
    { kind: 'dataLost', params: { n: 1, topic: short, partition: 0 } },
  ])
})

it('a group without members says so before Kafka forgets it, by the broker’s own retention', async () => {
  const [left, loner] = [uniqueName('left'), uniqueName('loner')]
  const consumer = testKafka().consumer({ groupId: left, allowAutoTopicCreation: false })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ autoCommitThreshold: 1, eachMessage: async () => undefined })
  await until(left).toMatchObject({ members: 1, lag: '0' })
  await consumer.disconnect()
  await committer.commit(loner, [[topic, 2, 3]])
  // Seen a few days ago, for the first time.
  let agoMs = 6 * 24 * HOUR_MS + 12 * HOUR_MS
  const of = openSampler({ now: () => Date.now() - agoMs }, 'expiring')
  for (const group of [left, loner]) await until(group, of).toMatchObject({ state: 'Empty', problem: null })
  const signals = async (group: string) =>
    (await of.read(group)).signals.filter(one => one.kind === 'nearExpiry')
  agoMs = 0
  // The broker keeps them for a week, unless told otherwise.
  for (const group of [left, loner])
    await expect
      .poll(() => signals(group), { timeout: 30_000 })
      .toEqual([{ kind: 'nearExpiry', severity: 'warn', params: { hours: 12 } }])
  // Kafka counts from a commit only where nobody ever joined.
  for (const group of [left, loner]) await committer.commit(group, [[topic, 2, 5]])
  await expect.poll(() => signals(loner), { timeout: 30_000 }).toEqual([])
  expect(await signals(left)).toHaveLength(1)
})
