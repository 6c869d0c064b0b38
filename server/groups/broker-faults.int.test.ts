import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { uniqueName } from '@/scripts/services/in-test'
import { type KafkaCluster as Brokers, startKafkaCluster } from '@/scripts/services/kafka'
import { type Committer, connectCommitter, testKafka } from '@/scripts/services/test-groups'
import { testStore } from '@/server/http/testing'
import { createKafkaClusters, RequestCounts } from '@/server/kafka'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { LagHistory, seriesKey } from './history/lag-history'
import { ClusterLagSampler } from './lag-sampler'
import { takeSnapshot } from './take-snapshot'

// Three brokers of its own: one that coordinates groups is killed in the middle of a snapshot.
const clock = { now: () => Date.now() }
const store = await testStore()
const topic = uniqueName('coordinated')
const names = Array.from({ length: 40 }, (_, i) => `${topic}-${i}`)
let brokers: Brokers
let committer: Committer
let stop = async () => {}

beforeAll(async () => {
  brokers = await startKafkaCluster(3, { heapMiB: 128 })
}, 180_000)
afterAll(async () => {
  await stop()
  await committer?.close()
  await brokers?.stop()
  await store.close()
}, 60_000)

/** What one snapshot asks the three brokers, by Kafka's name of the API, and who coordinates and leads there. */
async function costOfSnapshot() {
  const requests = new RequestCounts()
  const clusters = createKafkaClusters([testConfig(brokers.bootstrap, { id: 'c' })], { clock, requests })
  const cluster = clusters.get('c')
  const asked = () => new Map([...requests.entries()].map(({ api, count }) => [api, count]))
  const askedBy = async <T>(run: () => Promise<T>) => {
    const before = asked()
    const answer = await run()
    const cost = new Map([...asked()].map(([api, n]) => [api, n - (before.get(api) ?? 0)]))
    return { answer, cost: (api: string) => cost.get(api) ?? 0 }
  }
  try {
    // Opens connections, and learns versions.
    await takeSnapshot(cluster, clock.now, { seq: 1 })
    const whole = await askedBy(() => takeSnapshot(cluster, clock.now, { seq: 2 }))
    const { groups } = whole.answer
    const placed = (await cluster.metadata({ topics: [topic] })).topics.get(topic)
    const strayed = groups.map(one => ({ ...one, coordinator: (one.coordinator % 3) + 1 }))
    const again = await askedBy(() => cluster.committedOffsets(strayed))
    return {
      whole: whole.cost,
      coordinators: new Set(groups.map(one => one.coordinator)).size,
      leaders: new Set(placed?.ok ? placed.value.partitions.map(one => one.leader) : []).size,
      again: again.cost,
      lost: again.answer.failed.size,
    }
  } finally {
    await clusters.close()
  }
}

it('groups whose coordinator dies are greyed until another has loaded them; lists, numbers and history go on', async () => {
  const clusters = createKafkaClusters([testConfig(brokers.bootstrap, { id: 'c' })], { clock })
  const cluster = clusters.get('c')
  const history = new LagHistory({ store, cluster: 'c', log: silentLogger })
  const log = { ...silentLogger, error: vi.fn() }
  const sampler = new ClusterLagSampler({ cluster, clock, log, intervalMs: 500, history })
  stop = async () => {
    await sampler.stop()
    await clusters.close()
  }
  await makeTopic(cluster, { name: topic, partitions: 3, replicationFactor: 3 })
  const producer = testKafka(brokers.nodes[0]?.bootstrap).producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const messages = Array.from({ length: 30 }, (_, i) => ({ partition: i % 3, value: `${i}` }))
  await producer.send({ topic, messages, acks: -1 })
  await producer.disconnect()
  committer = await connectCommitter(brokers.bootstrap)
  for (const name of names) await committer.commit(name, [[topic, 0, 4]])
  sampler.start()
  const rows = () => names.map(name => sampler.row(name))
  const areWell = (sinceMs: number) =>
    rows().every(row => row?.lag === '6' && row.problem === null && Date.parse(row.sampledAt ?? '') > sinceMs)
  await expect.poll(() => areWell(0), { timeout: 60_000 }).toBe(true)

  const { whole, coordinators: asked, leaders, again, lost } = await costOfSnapshot()
  expect([whole('ListGroups'), whole('OffsetFetch'), whole('FindCoordinator')]).toEqual([3, asked, 0])
  // Groups commit on one partition: its leader alone is asked, for the two ends and the start.
  expect([whole('ListOffsets'), leaders]).toEqual([3, 3])
  // Each group at the wrong broker: refused by these, looked for together, asked where they are.
  expect([again('FindCoordinator'), again('OffsetFetch'), lost]).toEqual([1, 2 * asked, 0])

  const quorum = await cluster.describeQuorum()
  const coordinators = [...new Set(rows().map(row => row?.coordinator))]
  const victim = coordinators.find(id => id !== quorum?.leaderId) ?? coordinators[0] ?? 1
  const known = new Set<number>()
  sampler.onSnapshot(() => known.add(rows().filter(row => row !== null).length))
  const ask = cluster.committedOffsets.bind(cluster)
  let killedMs = Number.POSITIVE_INFINITY
  vi.spyOn(cluster, 'committedOffsets').mockImplementationOnce(async (...args) => {
    const asked = ask(...args)
    await brokers.nodes[victim - 1]?.kill9()
    killedMs = Date.now()
    return asked
  })
  await expect.poll(() => areWell(killedMs), { timeout: 90_000 }).toBe(true)
  expect(rows().every(row => row?.coordinator !== victim)).toBe(true)
  // No group was ever missing.
  expect(known).toEqual(new Set([names.length]))
  expect(log.error).not.toHaveBeenCalled()
  const [first = ''] = names
  const newest = async () => {
    const now = Date.now()
    return (await history.series(seriesKey(first), 10, now - 600_000, now + 10_000)).at(-1)
  }
  await expect
    .poll(async () => ((await newest())?.slot ?? 0) * 10_000, { timeout: 60_000 })
    .toBeGreaterThan(killedMs)
  expect((await newest())?.lag).toBe(6)
}, 240_000)
