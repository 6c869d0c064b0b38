import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { groups as contracts } from '@/lib/contracts/groups'
import { AppError } from '@/lib/errors'
import { testContext, testStore } from '@/server/http/testing'
import type { GroupListing, KafkaCluster, OffsetAnswer, TopicPartition } from '@/server/kafka/port'
import { testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { getGroup } from './get-group'
import { ClusterLagSampler } from './lag-sampler'
import { listGroups } from './list-groups'
import { streamLag } from './stream-lag'
import { type Commit, columns, described, listing } from './testing'

const store = await testStore()
afterAll(() => store.close())
const samplers: ClusterLagSampler[] = []
afterEach(async () => {
  await Promise.all(samplers.splice(0).map(one => one.stop()))
})

/** Samples lie in slots of a minute: tests begin with one, so that none ends amid a test and changes its rows. */
const SLOT_MS = 60_000
let beganMs = 0
beforeEach(() => {
  beganMs = Math.floor(Date.now() / SLOT_MS) * SLOT_MS - performance.now()
})

const never = (options?: { signal?: AbortSignal | undefined }) =>
  new Promise<never>((_, reject) => {
    options?.signal?.addEventListener('abort', () => reject(new AppError('CANCELLED')))
  })

/** A cluster of one topic `t` with end 100 and groups that committed 90, as far as a snapshot asks. */
function world(over: Partial<KafkaCluster> = {}) {
  const groups: GroupListing[] = [listing('a'), listing('b', { coordinator: 2 })]
  const offsets = (partitions: TopicPartition[], at: unknown): OffsetAnswer[] =>
    partitions.map(p => {
      const offset = at === 'earliest' ? 0n : 100n
      return { ...p, answer: { ok: true, value: { offset, timestampMs: -1, leaderEpoch: 0 } } }
    })
  const partition = { partition: 0, leader: 1, leaderEpoch: 0, replicas: [1], isr: [1], offlineReplicas: [] }
  const base: Partial<KafkaCluster> = {
    id: 'c',
    listGroups: async () => ({ groups: [...groups], problems: [] }),
    committedOffsets: async asked => columns(asked.map(g => [g.group, 't', 0, 90])),
    metadata: async () => ({
      clusterId: 'x',
      brokers: [1, 2].map(id => ({ id, host: 'h', port: 1, rack: null })),
      topics: new Map([
        ['t', { ok: true, value: { name: 't', topicId: 'id', internal: false, partitions: [partition] } }],
      ]),
      sampledAtMs: 1,
    }),
    listOffsets: async (partitions, at) => offsets(partitions, at),
    describeGroups: async asked =>
      asked.map(one => ({ group: one.group, answer: { ok: true, value: described(one, 't', [0]) } })),
    describeConfigs: async () => [],
    openFetcher: () => ({ fetch: () => Promise.reject(new AppError('TIMED_OUT')), close: () => {} }),
  }
  const config = testConfig('127.0.0.1:1', { id: 'c' })
  // Only what the sampler asks of the port.
  const cluster = { ...base, config, ...over } as KafkaCluster
  const clock = { now: () => beganMs + performance.now() }
  const sampler = new ClusterLagSampler({ cluster, clock, log: silentLogger, intervalMs: 200 })
  samplers.push(sampler)
  const clusters = { get: () => cluster, list: () => [config], close: async () => undefined }
  const context = (signal?: AbortSignal) =>
    testContext({ clusters, store, services: { lag: { of: () => sampler } }, ...(signal && { signal }) })
  return { sampler, groups, context, cluster }
}
const list = (of: ReturnType<typeof world>) =>
  listGroups(of.context(), contracts.list.input.parse({ cluster: 'c' }))

describe('the first seconds', () => {
  it('a page waits for the first snapshot, no longer', async () => {
    const one = world()
    one.sampler.start()
    const page = await list(one)
    expect(page.total).toBe(2)
    expect(one.sampler.problems()).toEqual([])
    expect(page.items.map(row => [row.group, row.lag, row.members])).toEqual([
      ['a', '10', 1],
      ['b', '10', 1],
    ])
    expect(contracts.list.output.parse(page)).toEqual(page)
  })

  it('a cluster that refuses is a problem at once, one that hangs after 2.5 s: never a list of no groups', async () => {
    const dead = world({ listGroups: () => Promise.reject(new AppError('CLUSTER_UNREACHABLE')) })
    dead.sampler.start()
    const answer = await list(dead)
    expect(answer).toMatchObject({ items: [], problems: [{ scope: 'cluster', code: 'CLUSTER_UNREACHABLE' }] })
    expect(answer.total).toBeUndefined()
    const hung = world({ listGroups: never })
    hung.sampler.start()
    const startedMs = performance.now()
    expect((await list(hung)).problems).toMatchObject([{ code: 'TIMED_OUT' }])
    expect(performance.now() - startedMs).toBeLessThan(20_000)
    await expect(getGroup(dead.context(), { cluster: 'c', group: 'a' })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
    })
  })

  it('a caller who goes away is let go', async () => {
    const one = world({ listGroups: never })
    const gone = new AbortController()
    let isLetGo = false
    const waiting = one.sampler.ready(gone.signal).then(() => {
      isLetGo = true
    })
    await sleep(20)
    gone.abort()
    // In turns and not by the clock, which goes on while a busy machine lets nobody run.
    for (let i = 0; i < 20 && !isLetGo; i++) await new Promise(resolve => setImmediate(resolve))
    expect(isLetGo).toBe(true)
    await waiting
  })
})

describe('what goes wrong later', () => {
  it('rows of before stay, with the problem beside them', async () => {
    let down = false
    const one = world()
    const listed = one.cluster.listGroups
    Object.assign(one.cluster, {
      listGroups: () => (down ? Promise.reject(new AppError('CLUSTER_UNREACHABLE')) : listed()),
    })
    one.sampler.start()
    await list(one)
    const sampledAt = one.sampler.snapshot()?.sampledAtMs
    down = true
    await vi.waitFor(() => expect(one.sampler.problems()).toHaveLength(1), { timeout: 7000 })
    const page = await list(one)
    expect(page).toMatchObject({ total: 2, problems: [{ code: 'CLUSTER_UNREACHABLE' }] })
    expect(one.sampler.snapshot()?.sampledAtMs).toBe(sampledAt)
  })

  it('members and offsets that cannot be read leave the rest', async () => {
    const one = world({
      describeGroups: () => Promise.reject(new AppError('TIMED_OUT')),
      listOffsets: () => Promise.reject(new AppError('TIMED_OUT')),
    })
    one.sampler.start()
    const page = await list(one)
    expect(page.items).toMatchObject([
      { group: 'a', members: null, lag: null, status: 'unknown' },
      { group: 'b' },
    ])
    expect(page.problems?.map(p => p.scope)).toEqual(['offsets', 'members'])
  })

  it('a mistake in a listener neither ends the loop nor keeps others from hearing', async () => {
    const one = world()
    const heard = vi.fn()
    one.sampler.onSnapshot(() => {
      throw new Error('a broken listener')
    })
    one.sampler.onSnapshot(heard)
    one.sampler.start()
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(2), { timeout: 8000 })
  })

  it('one broker that does not list its groups greys them, and finding one of them says why', async () => {
    const one = world()
    one.sampler.start()
    await list(one)
    const problem = { scope: 'broker:2', code: 'BROKER_UNREACHABLE' }
    Object.assign(one.cluster, { listGroups: async () => ({ groups: [listing('a')], problems: [problem] }) })
    await vi.waitFor(() => expect(one.sampler.row('b')?.problem?.code).toBe('COORDINATOR_UNAVAILABLE'), {
      timeout: 8000,
    })
    expect(one.sampler.row('a')).toMatchObject({ problem: null, lag: '10' })
    await expect(getGroup(one.context(), { cluster: 'c', group: 'new' })).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
    })
  })
})

describe('compacted topics', () => {
  it('are asked for once, and labelled from then on', async () => {
    const value = { name: 'cleanup.policy', value: 'compact,delete' }
    const ask = vi.fn(async (resources: { type: string; name: string }[]) =>
      resources.map(resource => ({ resource, answer: { ok: true, value: [value] } })),
    )
    const one = world({ describeConfigs: ask as unknown as KafkaCluster['describeConfigs'] })
    one.sampler.start()
    await vi.waitFor(() => expect(one.sampler.partitions('a')?.[0]?.notes).toEqual(['compacted']), {
      timeout: 3000,
    })
    const ofTopics = ask.mock.calls.filter(([resources]) => resources[0]?.type === 'topic')
    expect(ofTopics).toHaveLength(1)
  })
})

describe('finding a group', () => {
  it('many who look for a name that is not there cost one listing', async () => {
    const one = world()
    one.sampler.start()
    await list(one)
    const listed = vi.spyOn(one.cluster, 'listGroups')
    const calls = Array.from({ length: 50 }, (_, i) =>
      getGroup(one.context(), { cluster: 'c', group: `no-${i}` }).catch(error => error.code),
    )
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['GROUP_UNKNOWN']))
    expect(listed.mock.calls.length).toBeLessThanOrEqual(2)
  })

  it('one made a moment ago is there, described; one that cannot be sampled is there with its problem', async () => {
    const one = world()
    one.sampler.start()
    await list(one)
    one.groups.push(listing('new'))
    expect(await getGroup(one.context(), { cluster: 'c', group: 'new' })).toMatchObject({
      lag: '10',
      members: 1,
    })
    one.groups.push(listing('ill'))
    Object.assign(one.cluster, { committedOffsets: () => Promise.reject(new AppError('TIMED_OUT')) })
    expect(await getGroup(one.context(), { cluster: 'c', group: 'ill' })).toMatchObject({
      lag: null,
      status: 'unknown',
      problem: { code: 'TIMED_OUT' },
    })
  })
})

describe('a stream', () => {
  it('goes on through a failure, telling it, and ends with the group', async () => {
    const one = world()
    one.sampler.start()
    await list(one)
    const stream = streamLag(one.context(), { cluster: 'c', group: 'b' })
    expect((await stream.next()).value?.data).toMatchObject({ lag: '10', status: 'ok' })
    const commits = one.cluster.committedOffsets
    Object.assign(one.cluster, { committedOffsets: () => Promise.reject(new AppError('TIMED_OUT')) })
    await vi.waitFor(async () => expect((await stream.next()).value?.data.status).toBe('unknown'), {
      timeout: 5000,
    })
    Object.assign(one.cluster, { committedOffsets: commits })
    await vi.waitFor(async () => expect((await stream.next()).value?.data.status).toBe('ok'), {
      timeout: 5000,
    })
    one.groups.length = 1
    const end = async () => {
      for await (const { data } of stream) expect(data.group).toBe('b')
    }
    await expect(end()).rejects.toMatchObject({ code: 'GROUP_UNKNOWN' })
  }, 20_000)

  it('holds all partitions once, then those that changed, and nothing but numbers where none did', async () => {
    let committed = [90, 80]
    const one = world()
    const two = [0, 1].map(partition => ({
      ...{ partition, leader: 1, leaderEpoch: 0, replicas: [1], isr: [1], offlineReplicas: [] },
    }))
    const metadata = await one.cluster.metadata()
    const value = { name: 't', topicId: 'id', internal: false, partitions: two }
    Object.assign(one.cluster, {
      metadata: async () => ({ ...metadata, topics: new Map([['t', { ok: true, value }]]) }),
      committedOffsets: async (asked: GroupListing[]) =>
        columns(asked.flatMap(g => committed.map((offset, p): Commit => [g.group, 't', p, offset]))),
      describeGroups: async (asked: GroupListing[]) =>
        asked.map(g => ({ group: g.group, answer: { ok: true, value: described(g, 't', [0, 1]) } })),
    })
    one.sampler.start()
    await list(one)
    const stream = streamLag(one.context(), { cluster: 'c', group: 'a' })
    const next = async () => {
      const { value } = await stream.next()
      if (!value) throw new Error('the stream ended')
      return contracts.lagStream.events.lag.parse(value.data)
    }
    const until = async (partitions: number[]) => {
      for (;;) {
        const event = await next()
        expect(event.whole).toBe(false)
        if (event.partitions.length === 0) continue
        expect(event.partitions.map(p => p.partition)).toEqual(partitions)
        return event
      }
    }
    expect(await next()).toMatchObject({ whole: true, lag: '30', partitions: [{}, {}], gone: [] })
    committed = [100, 100]
    expect(await until([0, 1])).toMatchObject({ lag: '0', partitions: [{ lag: '0' }, { lag: '0' }] })
    // Both caught up: a sample a second tells nothing of them.
    expect(await next()).toMatchObject({ lag: '0', partitions: [] })
    committed = [100, 99]
    expect(await until([1])).toMatchObject({ lag: '1', partitions: [{ lag: '1' }] })
    await stream.return()
  }, 20_000)

  it('that never committed has the ends of what its members were given, as long as they can be read', async () => {
    const one = world({ committedOffsets: async () => columns([]) })
    one.sampler.start()
    const stream = streamLag(one.context(), { cluster: 'c', group: 'a' })
    const ends = { committed: null, lag: null, notes: ['noCommit'] }
    expect((await stream.next()).value?.data.partitions).toMatchObject([
      { ...ends, logStart: '0', lastStable: '100', highWatermark: '100' },
    ])
    one.cluster.listOffsets = () => Promise.reject(new AppError('TIMED_OUT'))
    const { value } = await stream.next()
    expect(value?.data.partitions).toMatchObject([
      { ...ends, logStart: null, lastStable: null, highWatermark: null },
    ])
    await stream.return()
  })

  it('of 200 viewers costs one sampling, and a new viewer gets all of it', async () => {
    const one = world()
    one.sampler.start()
    await list(one)
    const sampled = vi.spyOn(one.cluster, 'committedOffsets')
    const gone = new AbortController()
    const streams = Array.from({ length: 200 }, () =>
      streamLag(one.context(gone.signal), { cluster: 'c', group: 'a' }),
    )
    const first = await Promise.all(streams.map(stream => stream.next()))
    expect(first.every(({ value }) => value?.data.whole)).toBe(true)
    const alone = () => sampled.mock.calls.filter(([asked]) => asked.length === 1).length
    const before = alone()
    await Promise.all(streams.map(stream => stream.next()))
    await Promise.all(streams.map(stream => stream.next()))
    // 400 events by two samples, or a few more where the machine is slow.
    expect(alone() - before).toBeLessThan(40)
    gone.abort()
    await Promise.all(streams.map(stream => stream.return()))
  }, 20_000)

  it('that is left while it waits, and a sampler that stops, leave nothing behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
    const before = timers()
    const one = world()
    one.sampler.start()
    const gone = new AbortController()
    const stream = streamLag(one.context(gone.signal), { cluster: 'c', group: 'a' })
    await stream.next()
    const waiting = stream.next()
    gone.abort()
    await waiting
    expect((await stream.next()).done).toBe(true)
    const release = one.sampler.watch('b', () => {})
    await one.sampler.stop()
    await one.sampler.stop()
    release()
    one.sampler.watch('a', () => {})
    one.sampler.start()
    await sleep(20)
    // The test runner has timers of its own, which come and go: one of the sampler would stay.
    for (let i = 0; i < 200 && timers() > before; i++) await sleep(5)
    expect(timers()).toBeLessThanOrEqual(before)
  })
})
