import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { groups as contracts, type GroupDetail } from '@/lib/contracts/groups'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { type Committer, connectCommitter, testKafka } from '@/scripts/services/test-groups'
import { connectTestProducer } from '@/scripts/services/test-producer'
import { testContext, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import type { Services } from '@/server/services'
import { getGroup } from './get-group'
import { getLagHistory } from './get-lag-history'
import { LagHistory } from './history/lag-history'
import { ClusterLagSampler } from './lag-sampler'
import { listGroups } from './list-groups'
import { streamLag } from './stream-lag'

const clock = { now: () => Date.now() }
const clusters = createKafkaClusters([testConfig(kafkaBootstrap(), { id: 'c' })], { clock })
const cluster = clusters.get('c')
const store = await testStore()
const history = new LagHistory({ store, cluster: 'c', log: silentLogger })
const sampler = new ClusterLagSampler({ cluster, clock, log: silentLogger, intervalMs: 1000, history })
const services: Partial<Services> = { lag: { of: () => sampler } }
const kafka = testKafka()
const admin = kafka.admin()
const topic = uniqueName('live-lag')
let producer: Awaited<ReturnType<typeof connectTestProducer>>
let committer: Committer

const ctxOf = (signal?: AbortSignal) => testContext({ clusters, services, store, ...(signal && { signal }) })
const read = (group: string) => getGroup(ctxOf(), { cluster: 'c', group })
const produce = (name: string, count: number) =>
  producer.send({
    topic: name,
    messages: Array.from({ length: count }, (_, i) => ({ partition: i % 2, value: `${i}` })),
  })
/** As a program that commits and never joins. */
const commit = (group: string, name: string, offset: number) => committer.commit(group, [[name, 0, offset]])

beforeAll(async () => {
  await Promise.all([makeTopic(cluster, { name: topic, partitions: 2 }), admin.connect()])
  producer = await connectTestProducer()
  committer = await connectCommitter()
  sampler.start()
})
afterAll(async () => {
  await sampler.stop()
  await Promise.all([producer.disconnect(), admin.disconnect(), committer.close()])
  await Promise.all([clusters.close(), store.close()])
})

describe('a consumer group that falls behind and catches up', () => {
  const group = uniqueName('slow-그룹')
  const consumer = kafka.consumer({ groupId: group, allowAutoTopicCreation: false })
  let open = () => {}
  const gate = new Promise<void>(resolve => {
    open = resolve
  })
  let release = () => {}

  beforeAll(async () => {
    await produce(topic, 200)
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    const seen = [0, 0]
    await consumer.run({
      autoCommitThreshold: 1,
      partitionsConsumedConcurrently: 2,
      eachMessage: async ({ partition }) => {
        if ((seen[partition] ?? 0) >= 15) await gate
        seen[partition] = (seen[partition] ?? 0) + 1
      },
    })
    release = sampler.watch(group, () => {})
  })
  afterAll(async () => {
    release()
    await consumer.disconnect()
  })

  it('shows members, assignments, lag and the true time lag while it stands', async () => {
    await expect.poll(() => read(group).then(g => g.lag), { timeout: 15_000 }).toBe('170')
    await expect.poll(() => read(group).then(g => g.timeLagMs), { timeout: 10_000 }).toBeGreaterThan(500)
    const detail = await read(group)
    expect(contracts.get.output.parse(detail)).toEqual(detail)
    expect(detail).toMatchObject({
      type: 'classic',
      state: 'Stable',
      members: 1,
      topics: [topic],
      problem: null,
    })
    expect(detail.memberList[0]?.assigned).toEqual([{ topic, partitions: [0, 1] }])
    expect(detail.partitions.map(p => [p.partition, p.memberId !== null, p.host])).toEqual([
      [0, true, '/127.0.0.1'],
      [1, true, '/127.0.0.1'],
    ])
    expect(detail.timeLagMs).toBeLessThan(60_000)
  })

  it('grows within a second or two when records come in', async () => {
    await produce(topic, 50)
    await expect.poll(() => read(group).then(g => g.lag), { timeout: 4000 }).toBe('220')
    const listed = () =>
      listGroups(ctxOf(), contracts.list.input.parse({ cluster: 'c', query: group.toUpperCase() }))
    await expect.poll(() => listed().then(page => page.items.length), { timeout: 8000 }).toBe(1)
    expect((await listed()).items[0]).toMatchObject({ group, members: 1, topics: [topic], status: 'ok' })
  })

  it('returns to 0', async () => {
    open()
    await expect
      .poll(() => read(group), { timeout: 15_000 })
      .toMatchObject({ lag: '0', timeLagMs: 0, status: 'ok', catchUpMs: 0 })
    await expect
      .poll(() => read(group).then(g => g.consumePerSecond ?? 0), { timeout: 8000 })
      .toBeGreaterThan(0)
    const history = await getLagHistory(ctxOf(), { cluster: 'c', group, window: '15m' })
    expect(contracts.lagHistory.output.parse(history)).toEqual(history)
    const known = history.points.filter(point => point.lag !== null)
    expect(known.length).toBeGreaterThan(0)
    expect(history.points[0]?.lag).toBeNull()
  })
})

describe('a group that moves while somebody watches', () => {
  it('is as late as the next record is old, at every sample and on every partition', async () => {
    const group = uniqueName('moving')
    const name = uniqueName('moving-topic')
    await makeTopic(cluster, { name, partitions: 3 })
    const HOUR_MS = 3_600_000
    const oldest = Date.now() - HOUR_MS
    // A minute apart, and all written now: by when they were written nobody could tell how old they are.
    const messages = Array.from({ length: 90 }, (_, i) => ({
      ...{ partition: i % 3, value: `${i}`, timestamp: String(oldest + Math.floor(i / 3) * 60_000) },
    }))
    await producer.send({ topic: name, messages })
    const commitAll = (offset: number) =>
      committer.commit(
        group,
        [0, 1, 2].map(partition => [name, partition, offset]),
      )
    let at = 1
    await commitAll(at)
    await sampler.find(group, new AbortController().signal)
    // Where a sample was in time to look; guessed from when records came in, it would be wrong by an hour.
    const right = new Set<number>()
    const release = sampler.watch(group, () => {
      const rows = sampler.partitions(group) ?? []
      if (rows.length !== 3) return
      for (const { committed, timeLagMs } of rows) {
        const trueMs = Date.now() - (oldest + Number(committed) * 60_000)
        // Half of what lies between two records.
        if (Math.abs(trueMs - (timeLagMs ?? 0)) < 30_000) right.add(Number(committed))
      }
      // So that the next sample finds it elsewhere.
      if (at < 29) void commitAll(++at)
    })
    try {
      await expect.poll(() => right.size, { timeout: 50_000 }).toBeGreaterThanOrEqual(5)
    } finally {
      release()
    }
  }, 60_000)
})

describe('a transactional topic', () => {
  const group = uniqueName('tx')
  const name = uniqueName('tx-topic')
  let writer: typeof producer
  const position = async () => (await read(group)).partitions[0]

  beforeAll(async () => {
    await makeTopic(cluster, { name })
    writer = await connectTestProducer(uniqueName('tx-id'))
  })
  afterAll(() => writer.disconnect())

  const transaction = async (count: number) => {
    const tx = await writer.transaction()
    await tx.send({ topic: name, messages: Array.from({ length: count }, () => ({ value: 'x' })) })
    return tx
  }

  it('a group that read everything is at 0, although a marker follows', async () => {
    await (await transaction(3)).commit()
    await commit(group, name, 3)
    await expect
      .poll(position, { timeout: 12_000 })
      .toMatchObject({ lag: '0', lagHighWatermark: '1', notes: ['markersOnly'], status: 'ok', timeLagMs: 0 })
    expect(await read(group)).toMatchObject({ lag: '0', members: 0, state: 'Empty', status: 'ok' })
  })

  it('so it is behind an aborted transaction of many records; a record after it is lag again', async () => {
    await (await transaction(40)).abort()
    await expect
      .poll(position, { timeout: 12_000 })
      .toMatchObject({ lag: '0', lagHighWatermark: '42', notes: ['markersOnly'] })
    await (await transaction(1)).commit()
    await expect.poll(position, { timeout: 12_000 }).toMatchObject({ lag: '44', notes: [] })
    expect((await position())?.timeLagMs).toBeGreaterThanOrEqual(0)
  })

  it('records of an open transaction are no lag yet', async () => {
    await commit(group, name, 47)
    const tx = await transaction(5)
    await expect.poll(position, { timeout: 12_000 }).toMatchObject({
      committed: '47',
      lag: '0',
      lastStable: '47',
      highWatermark: '52',
      lagHighWatermark: '5',
    })
    await tx.abort()
  })
})

describe('the live stream', () => {
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
  type Event = { event: 'lag'; data: Partial<GroupDetail> }

  it('tells a sample a second and ends at once when nobody listens any more, without a timer left', async () => {
    const group = uniqueName('streamed')
    await commit(group, topic, 1)
    await sampler.find(group, new AbortController().signal)
    const before = timers()
    const gone = new AbortController()
    const events: Event[] = []
    let abortedMs = 0
    for await (const event of streamLag(ctxOf(gone.signal), { cluster: 'c', group })) {
      expect(contracts.lagStream.events.lag.strict().parse(event.data)).toEqual(event.data)
      events.push(event)
      if (events.length < 4) continue
      abortedMs = performance.now()
      gone.abort()
    }
    expect(performance.now() - abortedMs).toBeLessThan(5_000)
    expect(events).toHaveLength(4)
    // The first is what was known; from the second on a sample a second.
    const [, second = 0, , fourth = 0] = events.map(event => Date.parse(event.data.sampledAt ?? ''))
    expect(fourth - second).toBeGreaterThan(1700)
    expect(fourth - second).toBeLessThan(30_000)
    await sleep(300)
    expect(timers()).toBeLessThanOrEqual(before)
  })

  it('two who watch the same group share its samples', async () => {
    const group = uniqueName('shared')
    await commit(group, topic, 1)
    await sampler.find(group, new AbortController().signal)
    const before = timers()
    const releases = Array.from({ length: 5 }, () => sampler.watch(group, () => {}))
    expect(timers() - before).toBeLessThanOrEqual(1)
    for (const release of releases) release()
    for (const release of releases) release()
    await sleep(300)
    expect(timers()).toBeLessThanOrEqual(before)
  })

  it('ends with GROUP_UNKNOWN when the group is deleted', async () => {
    const group = uniqueName('doomed')
    await commit(group, topic, 1)
    const stream = streamLag(ctxOf(), { cluster: 'c', group })
    expect((await stream.next()).value).toMatchObject({ event: 'lag', data: { group } })
    await admin.deleteGroups([group])
    const drain = async () => {
      for await (const { data } of stream) expect(data.group).toBe(group)
    }
    await expect(drain()).rejects.toMatchObject({ code: 'GROUP_UNKNOWN' })
    await expect(read(group)).rejects.toMatchObject({ code: 'GROUP_UNKNOWN' })
  })
})

describe('who asks', () => {
  it('for a group that is not there hears so, however strange its name', async () => {
    for (const group of ['no-such-group', '', '../..', 'ㄱ'.repeat(3000)])
      await expect(read(group)).rejects.toMatchObject({ code: 'GROUP_UNKNOWN' })
  })

  it('sees groups of topics that are open to them, and of those no other topic', async () => {
    const other = uniqueName('secret-topic')
    await makeTopic(cluster, { name: other })
    const both = uniqueName('both')
    const hidden = uniqueName('hidden')
    await Promise.all([commit(hidden, other, 0), commit(both, other, 0)])
    await commit(both, topic, 1)
    for (const group of [both, hidden]) await sampler.find(group, new AbortController().signal)
    const grants = [{ role: 'viewer' as const, topics: ['live-lag*'] }]
    const ctx = testContext({ clusters, services, grants })
    const detail = await getGroup(ctx, { cluster: 'c', group: both })
    expect(detail.topics).toEqual([topic])
    expect(detail.partitions.map(p => p.topic)).toEqual([topic])
    await expect(getGroup(ctx, { cluster: 'c', group: hidden })).rejects.toMatchObject({
      code: 'GROUP_UNKNOWN',
    })
    const listed = async () => {
      const { items } = await listGroups(ctx, contracts.list.input.parse({ cluster: 'c', limit: 1000 }))
      return items.filter(row => row.group === both || row.group === hidden)
    }
    await expect.poll(listed, { timeout: 8000 }).toMatchObject([{ group: both, topics: [topic] }])
  })
})
