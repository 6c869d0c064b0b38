import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { freshDatabaseUrl, kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { type Committer, connectCommitter } from '@/scripts/services/test-groups'
import { sendMessages } from '@/scripts/services/test-producer'
import { testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import type { Store } from '@/server/store/types'
import { LagHistory, seriesKey } from '../history/lag-history'
import { IdleGroups } from '../idle-groups'
import { ClusterLagSampler } from '../lag-sampler'
import { SnapshotShare } from './snapshot-share'

const clock = { now: () => Date.now() }
const topic = uniqueName('replicas')
const group = uniqueName('replicated')
// Long enough that a busy machine does not make a lease run out.
const intervalMs = 3000
const stops: (() => Promise<unknown>)[] = []
let url: string
let committer: Committer

/** A replica: its own connections to the cluster and to the database that all share. */
async function openReplica(instance: string) {
  const store = await testStore(url)
  const clusters = createKafkaClusters([testConfig(kafkaBootstrap(), { id: 'c' })], { clock })
  const cluster = clusters.get('c')
  const listed = vi.spyOn(cluster, 'listGroups')
  const log = silentLogger
  const share = new SnapshotShare({ store, clock, log, cluster: 'c', instance, intervalMs })
  const history = new LagHistory({ store, cluster: 'c', log })
  const idle = new IdleGroups(store, 'c')
  const sampler = new ClusterLagSampler({ cluster, clock, log, intervalMs, history, share, idle })
  sampler.start()
  let stopped: Promise<void> | null = null
  const stop = () => {
    stopped ??= sampler.stop().then(async () => {
      await clusters.close()
      await store.close()
    })
    return stopped
  }
  stops.push(stop)
  const lag = () => sampler.row(group)?.lag
  return { sampler, share, listed, stop, lag, store, history }
}

/** As if the process had been killed: nobody gives anything back. */
const die = (replica: Awaited<ReturnType<typeof openReplica>>) => {
  vi.spyOn(replica.share, 'turn').mockResolvedValue({ kind: 'wait' })
}

const roundsOf = (replica: { sampler: ClusterLagSampler }, count: number) =>
  expect
    .poll(
      () => {
        const at = replica.sampler.snapshot()?.sampledAtMs ?? null
        if (at !== null) seen.add(at)
        return seen.size
      },
      { timeout: 60_000, interval: 100 },
    )
    .toBeGreaterThanOrEqual(count)
const seen = new Set<number>()

beforeAll(async () => {
  url = await freshDatabaseUrl()
  const store: Store = await testStore(url)
  await store.close()
  const clusters = createKafkaClusters([testConfig(kafkaBootstrap(), { id: 'c' })], { clock })
  await makeTopic(clusters.get('c'), { name: topic })
  await clusters.close()
  const messages = Array.from({ length: 20 }, (_, i) => ({ value: `${i}` }))
  await sendMessages(topic, messages)
  committer = await connectCommitter()
  await committer.commit(group, [[topic, 0, 5]])
}, 120_000)
afterAll(async () => {
  await Promise.all(stops.map(stop => stop()))
  await committer.close()
})

it('one of two replicas samples, the other follows it, and takes over when it dies', async () => {
  const one = await openReplica('one')
  await expect.poll(one.lag, { timeout: 40_000 }).toBe('15')
  const two = await openReplica('two')
  await expect.poll(two.lag, { timeout: 40_000 }).toBe('15')
  expect([one.share.leads, two.share.leads]).toEqual([true, false])

  // What the first sees reaches the second, which asks the cluster for no list of groups any more.
  await committer.commit(group, [[topic, 0, 12]])
  await expect.poll(two.lag, { timeout: 40_000 }).toBe('8')
  const asked = two.listed.mock.calls.length
  seen.clear()
  await roundsOf(two, 3)
  expect(two.listed.mock.calls.length).toBe(asked)
  expect(one.share.leads).toBe(true)

  // A group that is watched on the second is sampled there, and its partitions go into the history of the first.
  await committer.commit(group, [[topic, 0, 20]])
  await new Promise<void>(resolve => {
    const release = two.sampler.watch(group, () => {
      if (two.lag() !== '0') return
      release()
      resolve()
    })
  })

  die(one)
  await committer.commit(group, [[topic, 0, 2]])
  await expect.poll(() => two.share.leads, { timeout: 60_000 }).toBe(true)
  await expect.poll(two.lag, { timeout: 40_000 }).toBe('18')
  expect(two.listed.mock.calls.length).toBeGreaterThan(asked)
  // Not every round goes into the history: one in ten seconds does.
  const newest = async () => {
    const now = Date.now()
    return (await two.history.series(seriesKey(group), 10, now - 600_000, now + 10_000)).at(-1)?.lag
  }
  await expect.poll(newest, { timeout: 60_000 }).toBe(18)
  await two.stop()

  // The one that took over wrote what it saw, from when it followed on.
  const three = await testStore(url)
  const history = new LagHistory({ store: three, cluster: 'c', log: silentLogger })
  const now = Date.now()
  const kept = await history.series(seriesKey(group), 10, now - 600_000, now + 10_000)
  const lags = kept.map(point => point.lag)
  expect(lags).toContain(15)
  expect(lags.at(-1)).toBe(18)
  await three.close()
}, 240_000)

it('a replica whose store is away samples for itself', async () => {
  const alone = await openReplica('alone')
  await expect.poll(alone.lag, { timeout: 60_000 }).toBeDefined()
  vi.spyOn(alone.store.db, 'insert').mockImplementation(() => {
    throw new Error('the store is away')
  })
  await committer.commit(group, [[topic, 0, 19]])
  await expect.poll(alone.lag, { timeout: 60_000 }).toBe('1')
  expect(alone.share.leads).toBe(false)
  vi.restoreAllMocks()
}, 120_000)
