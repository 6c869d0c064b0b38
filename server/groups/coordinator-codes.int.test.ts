import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import {
  API,
  type BrokerProxy,
  findCoordinatorCode,
  lastCommitCode,
  lastGroupCode,
  lastPartitionCode,
  openProxy,
} from '@/scripts/services/kafka-proxy'
import { type Committer, connectCommitter } from '@/scripts/services/test-groups'
import { sendMessages } from '@/scripts/services/test-producer'
import { testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import type { GroupListing, KafkaClusters } from '@/server/kafka/port'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { LagHistory, seriesKey } from './history/lag-history'
import { ClusterLagSampler } from './lag-sampler'

const LOADING = 14
const ELSEWHERE = 16
const DENIED = 29

// A real broker's answers with one code in them that it gives only in moments that no test can hold.
const store = await testStore()
const topic = uniqueName('codes')
const [first, last] = [`${topic}-a`, `${topic}-b`]
let proxy: BrokerProxy
let clusters: KafkaClusters
let committer: Committer
const cluster = () => clusters.get('c')
const listing = async (group: string): Promise<GroupListing> => {
  const found = (await cluster().listGroups()).groups.find(one => one.group === group)
  if (!found) throw new Error(`no group ${group}`)
  return found
}
const committed = async (group: string) => {
  const columns = await cluster().committedOffsets([await listing(group)])
  return { offsets: [...columns.offset], problem: columns.failed.get(group) ?? null }
}

beforeAll(async () => {
  proxy = await openProxy(kafkaBootstrap())
  clusters = createKafkaClusters([testConfig(proxy.bootstrap, { id: 'c' })], {
    clock: { now: () => Date.now() },
  })
  await makeTopic(cluster(), { name: topic, partitions: 2 })
  const messages = Array.from({ length: 20 }, (_, i) => ({ partition: i % 2, value: `${i}` }))
  await sendMessages(topic, messages)
  committer = await connectCommitter()
  for (const group of [first, last])
    await committer.commit(group, [
      [topic, 0, 4],
      [topic, 1, 7],
    ])
}, 60_000)
afterEach(() => proxy.rest())
afterAll(async () => {
  await committer.close()
  await clusters.close()
  await proxy.close()
  await store.close()
})

it.each([
  ['is elsewhere', ELSEWHERE],
  ['still loads', LOADING],
])('offsets are asked again where the coordinator %s, after it was looked up anew', async (_, code) => {
  const [fetches, finds] = [proxy.asked(API.offsetFetch), proxy.asked(API.findCoordinator)]
  proxy.change(API.offsetFetch, lastGroupCode(code), 1)
  // Its partitions came with the refusal: they are there once more, the same.
  expect(await committed(first)).toMatchObject({ problem: null })
  expect(proxy.asked(API.offsetFetch) - fetches).toBe(2)
  expect(proxy.asked(API.findCoordinator) - finds).toBe(1)
  proxy.change(API.offsetFetch, lastGroupCode(code))
  expect((await committed(first)).problem).toMatchObject({
    scope: `group:${first}`,
    code: 'COORDINATOR_UNAVAILABLE',
  })
})

it('of a group that is answered in part the rest is there, with the reason of what is not', async () => {
  proxy.change(API.offsetFetch, lastPartitionCode(DENIED))
  const { offsets, problem } = await committed(first)
  expect(offsets).toHaveLength(1)
  expect([4, 7]).toContain(offsets[0])
  expect(problem).toMatchObject({ scope: `group:${first}`, code: 'CLUSTER_DENIED' })
})

it('a coordinator that is not known yet is looked for again, and a change is sent once', async () => {
  const at = await listing(first)
  const [finds, commits] = [proxy.asked(API.findCoordinator), proxy.asked(API.offsetCommit)]
  proxy.change(API.findCoordinator, findCoordinatorCode(LOADING), 1)
  const [answer] = await cluster().commitOffsets(at, [{ topic, partition: 0, offset: 5n }])
  expect(answer?.answer.ok).toBe(true)
  expect(proxy.asked(API.findCoordinator) - finds).toBe(2)
  expect(proxy.asked(API.offsetCommit) - commits).toBe(1)
})

it('a commit that went to the wrong broker is sent again, and one that nobody takes is told as such', async () => {
  const at = await listing(first)
  const commits = proxy.asked(API.offsetCommit)
  proxy.change(API.offsetCommit, lastCommitCode(ELSEWHERE), 1)
  const [moved] = await cluster().commitOffsets(at, [{ topic, partition: 0, offset: 4n }])
  expect(moved?.answer.ok).toBe(true)
  expect(proxy.asked(API.offsetCommit) - commits).toBe(2)
  proxy.change(API.offsetCommit, lastCommitCode(ELSEWHERE))
  const [refused] = await cluster().commitOffsets(at, [{ topic, partition: 0, offset: 4n }])
  expect(refused?.answer).toMatchObject({ ok: false, problem: { code: 'COORDINATOR_UNAVAILABLE' } })
})

it('while one group’s coordinator loads its row is greyed; the other row, the sampler and the history go on', async () => {
  const log = { ...silentLogger, error: vi.fn() }
  const history = new LagHistory({ store, cluster: 'c', log })
  const clock = { now: () => Date.now() }
  const here = cluster()
  const list = here.listGroups.bind(here)
  // The code is put into the last group of an answer: only these two are asked for.
  const spy = vi.spyOn(here, 'listGroups').mockImplementation(async options => {
    const { groups, problems } = await list(options)
    const mine = groups.filter(one => one.group === first || one.group === last)
    return { groups: mine.sort((a, b) => (a.group < b.group ? -1 : 1)), problems }
  })
  const sampler = new ClusterLagSampler({ cluster: here, clock, log, intervalMs: 300, history })
  sampler.start()
  const problems = () => [first, last].map(group => sampler.row(group)?.problem?.code ?? null)
  try {
    await expect.poll(() => sampler.row(last)?.lag, { timeout: 30_000 }).toBe('9')
    proxy.change(API.offsetFetch, lastGroupCode(LOADING))
    await expect
      .poll(() => problems().filter(Boolean), { timeout: 30_000 })
      .toEqual(['COORDINATOR_UNAVAILABLE'])
    const greyed = problems()[0] === null ? last : first
    const other = greyed === first ? last : first
    expect(sampler.row(greyed)).toMatchObject({ lag: '9', status: 'unknown' })
    const sinceMs = Date.parse(sampler.row(other)?.sampledAt ?? '')
    await expect
      .poll(() => Date.parse(sampler.row(other)?.sampledAt ?? ''), { timeout: 30_000 })
      .toBeGreaterThan(sinceMs + 10_000)
    const newest = async (group: string) =>
      (await history.series(seriesKey(group), 10, Date.now() - 600_000, Date.now() + 10_000)).at(-1)
    expect(((await newest(other))?.slot ?? 0) * 10_000).toBeGreaterThan(sinceMs - 10_000)
    proxy.rest()
    await expect.poll(problems, { timeout: 30_000 }).toEqual([null, null])
    expect(log.error).not.toHaveBeenCalled()
  } finally {
    await sampler.stop()
    spy.mockRestore()
  }
}, 120_000)
