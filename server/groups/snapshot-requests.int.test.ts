import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { API, type BrokerProxy, openProxy } from '@/scripts/services/kafka-proxy'
import { connectCommitter, testKafka } from '@/scripts/services/test-groups'
import { createKafkaClusters } from '@/server/kafka'
import type { GroupListing, KafkaClusters } from '@/server/kafka/port'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { ClusterLagSampler } from './lag-sampler'
import { takeSnapshot } from './take-snapshot'

// What a snapshot costs a broker, counted on the wire: it must not grow with groups, topics or partitions.
const GROUPS = 450
/** 400 groups a request. */
const FETCHES = 2
const PARTITIONS = 4
const name = uniqueName('counted')
const topics = [0, 1, 2].map(i => `${name}-topic-${i}`)
const clock = { now: () => Date.now() }
let proxy: BrokerProxy
let clusters: KafkaClusters
let mine: GroupListing[] = []
let seq = 0
const cluster = () => clusters.get('c')
const snapshotOf = (groups?: GroupListing[], knownStart?: () => number) =>
  takeSnapshot(cluster(), clock.now, { seq: ++seq, groups, knownStart })
const asked = () => ({
  listGroups: proxy.asked(API.listGroups),
  findCoordinator: proxy.asked(API.findCoordinator),
  offsetFetch: proxy.asked(API.offsetFetch),
  listOffsets: proxy.asked(API.listOffsets),
  all: proxy.asked(),
})
type Asked = ReturnType<typeof asked>
const between = (before: Asked, after: Asked) =>
  Object.fromEntries(
    Object.entries(after).map(([what, n]) => [what, n - before[what as keyof Asked]]),
  ) as Asked
const askedBy = async (run: () => Promise<unknown>) => {
  const before = asked()
  await run()
  return between(before, asked())
}

beforeAll(async () => {
  proxy = await openProxy(kafkaBootstrap())
  clusters = createKafkaClusters([testConfig(proxy.bootstrap, { id: 'c' })], { clock })
  for (const topic of topics) await makeTopic(cluster(), { name: topic, partitions: PARTITIONS })
  const committer = await connectCommitter()
  const offsets = topics.flatMap(topic =>
    Array.from({ length: PARTITIONS }, (_, partition): [string, number, number] => [topic, partition, 0]),
  )
  await Promise.all(Array.from({ length: GROUPS }, (_, i) => committer.commit(`${name}-${i}`, offsets)))
  await committer.close()
  mine = (await cluster().listGroups()).groups.filter(one => one.group.startsWith(`${name}-`))
  // Connections are opened, versions and topics known.
  await snapshotOf(mine)
}, 60_000)
afterAll(async () => {
  const admin = testKafka().admin()
  await admin.connect()
  await admin.deleteGroups(mine.map(one => one.group))
  await admin.disconnect()
  await clusters.close()
  await proxy.close()
})

it('hundreds of groups of three topics cost two questions for offsets and three for ends', async () => {
  expect(mine).toHaveLength(GROUPS)
  let rows = 0
  const cost = await askedBy(async () => {
    const { commits, problems } = await snapshotOf(mine)
    expect([problems, commits.failed.size]).toEqual([[], 0])
    rows = commits.length
  })
  expect(rows).toBe(GROUPS * topics.length * PARTITIONS)
  expect(cost).toMatchObject({ listGroups: 0, findCoordinator: 0, offsetFetch: FETCHES, listOffsets: 3 })
  // Beside them metadata, where what is known of it is old.
  expect(cost.all).toBeLessThanOrEqual(FETCHES + 3 + 2)
  // Where logs start is known for a while.
  expect(await askedBy(() => snapshotOf(mine, () => 0))).toMatchObject({
    offsetFetch: FETCHES,
    listOffsets: 2,
  })
})

it('all groups that there are cost one list of groups beside', async () => {
  let plain = 0
  const cost = await askedBy(async () => {
    const { groups } = await snapshotOf()
    plain = groups.filter(one => one.type !== 'share').length
  })
  expect(plain).toBeGreaterThanOrEqual(GROUPS)
  expect(cost).toMatchObject({
    listGroups: 1,
    findCoordinator: 0,
    offsetFetch: Math.ceil(plain / 400),
  })
  // Other tests' topics come and go meanwhile: what is not found at once is looked for again, twice.
  expect(cost.listOffsets).toBeLessThanOrEqual(9)
})

it('groups whose coordinator is another now are looked for together', async () => {
  const strayed = mine.map(one => ({ ...one, coordinator: one.coordinator + 90 }))
  let found = 0
  const cost = await askedBy(async () => {
    const commits = await cluster().committedOffsets(strayed)
    expect(commits.failed.size).toBe(0)
    found = commits.length
  })
  expect(found).toBe(GROUPS * topics.length * PARTITIONS)
  expect(cost).toMatchObject({ findCoordinator: 1, offsetFetch: FETCHES })
})

it('round by round the sampler asks no more than that', async () => {
  const here = cluster()
  const list = here.listGroups.bind(here)
  // What other tests do with their groups is theirs.
  const spy = vi.spyOn(here, 'listGroups').mockImplementation(async options => {
    const { problems } = await list(options)
    return { groups: mine, problems }
  })
  const sampler = new ClusterLagSampler({ cluster: here, clock, log: silentLogger, intervalMs: 300 })
  const rounds: Asked[] = []
  sampler.onSnapshot(() => rounds.push(asked()))
  sampler.start()
  try {
    await expect.poll(() => rounds.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(4)
  } finally {
    await sampler.stop()
    spy.mockRestore()
  }
  expect(sampler.snapshot()?.rows).toHaveLength(GROUPS)
  for (const [i, after] of rounds.entries()) {
    const before = rounds[i - 1]
    if (!before) continue
    const cost = between(before, after)
    expect(cost).toMatchObject({ listGroups: 1, findCoordinator: 0, offsetFetch: FETCHES })
    expect(cost.listOffsets).toBeLessThanOrEqual(3)
    expect(cost.all).toBeLessThanOrEqual(1 + FETCHES + 3 + 3)
  }
})
