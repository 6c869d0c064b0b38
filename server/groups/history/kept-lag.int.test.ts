import { afterAll, beforeAll, expect, it } from 'vitest'
import { groups as contracts } from '@/lib/contracts/groups'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { type Committer, connectCommitter, testKafka } from '@/scripts/services/test-groups'
import { sendMessages } from '@/scripts/services/test-producer'
import { testContext, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { replay } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import { getGroup } from '../get-group'
import { getLagHistory } from '../get-lag-history'
import { ClusterLagSampler } from '../lag-sampler'
import { LagHistory } from './lag-history'
import { TOTAL_KEY } from './record-groups'

const clock = { now: () => Date.now() }
const clusters = createKafkaClusters([testConfig(kafkaBootstrap(), { id: 'c' })], { clock })
const cluster = clusters.get('c')
const topic = uniqueName('kept')
const group = uniqueName('kept')
let store: Store
let committer: Committer
let sampler: ClusterLagSampler

const open = () => {
  const history = new LagHistory({ store, cluster: 'c', log: silentLogger })
  sampler = new ClusterLagSampler({ cluster, clock, log: silentLogger, intervalMs: 1000, history })
  sampler.start()
}
const ctx = () => testContext({ clusters, store, services: { lag: { of: () => sampler } } })
const read = (over = {}) =>
  getLagHistory(ctx(), contracts.lagHistory.input.parse({ cluster: 'c', group, window: '15m', ...over }))
const largest = (points: { lag: number | null }[]) => Math.max(-1, ...points.map(p => p.lag ?? -1))

beforeAll(async () => {
  store = await testStore()
  await makeTopic(cluster, { name: topic, partitions: 2 })
  const messages = Array.from({ length: 40 }, (_, i) => ({ partition: i % 2, value: `${i}` }))
  await sendMessages(topic, messages)
  committer = await connectCommitter()
  await committer.commit(group, [
    [topic, 0, 5],
    [topic, 1, 20],
  ])
  open()
}, 60_000)
afterAll(async () => {
  await sampler.stop()
  await committer.close()
  await store.close()
  await clusters.close()
})

it('survives a restart: by group, by topic, and by partition while it is behind', async () => {
  await expect.poll(() => read().then(h => largest(h.points)), { timeout: 15_000 }).toBe(15)
  await sampler.stop()
  await committer.commit(group, [[topic, 0, 20]])
  open()
  const kept = await read()
  expect(contracts.lagHistory.output.parse(kept)).toEqual(kept)
  expect(largest(kept.points)).toBe(15)
  expect(kept.points.some(p => p.lag === null)).toBe(true)
  expect(largest((await read({ topic })).points)).toBe(15)
  expect(largest((await read({ topic, partition: 0 })).points)).toBe(15)
  expect(largest((await read({ topic, partition: 1 })).points)).toBe(-1)
  expect(largest((await read({ window: '24h' })).points)).toBe(15)
  expect(largest((await read({ window: '90d' })).points)).toBe(15)
  // Other groups of this broker are in the sum as well.
  const sum = await sampler.history?.series(TOTAL_KEY, 10, Date.now() - 900_000, Date.now() + 10_000)
  expect(largest(sum ?? [])).toBeGreaterThanOrEqual(15)
  const compared = await read({ compare: 'week' })
  expect(compared.earlier?.length).toBeGreaterThan(0)
  expect(largest(compared.earlier ?? [])).toBe(-1)
  // Who looks in a week finds it beside the new one, at the times of that day.
  const inAWeek = await getLagHistory(
    testContext({ ...ctx(), clock: { now: () => Date.now() + 7 * 86_400_000 } }),
    contracts.lagHistory.input.parse({ cluster: 'c', group, window: '15m', compare: 'week' }),
  )
  expect(largest(inAWeek.points)).toBe(-1)
  expect(inAWeek.earlier?.filter(point => point.lag === 15)).not.toEqual([])
  for (const { at } of inAWeek.earlier ?? []) expect(at >= inAWeek.from && at <= inAWeek.to).toBe(true)
  const { points, lines } = await read({ topic, partitions: '0' })
  const place = points.findIndex(point => point.lag === 15)
  expect(lines?.map(line => [line.partition, line.lag[place], line.lag.length])).toEqual([
    [0, 15, points.length],
    [null, 0, points.length],
  ])
  for (const wrong of [{ partition: 0 }, { partitions: '0' }])
    await expect(read(wrong)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
})

it('a partition that is not behind is kept while somebody watches', async () => {
  const release = sampler.watch(group, () => {})
  try {
    await expect
      .poll(() => read({ topic, partition: 1 }).then(h => largest(h.points)), { timeout: 15_000 })
      .toBe(0)
  } finally {
    release()
  }
}, 30_000)

it('marks replays into a topic of the group, and no others', async () => {
  const started = (id: string, target: string) => ({
    ...{ id, cluster: 'c', state: 'completed' as const, sourceTopic: `${topic}-dlt`, options: '{}' },
    ...{ targets: JSON.stringify([{ topic: target, records: 3 }]), guarantee: 'exactly-once' as const },
    ...{ again: false, by: 'kim', createdAtMs: clock.now(), startedAtMs: clock.now(), selected: 3 },
  })
  await store.db.insert(replay).values([started('into', topic), started('elsewhere', `${topic}-other`)])
  const { markers } = await read()
  expect(markers.filter(one => one.kind === 'replay').map(one => one.detail)).toEqual([
    { replay: 'into', topic },
  ])
})

it('marks members that come, and offsets that a person set', async () => {
  const consumers = [0, 1].map(() => testKafka().consumer({ groupId: group, allowAutoTopicCreation: false }))
  const release = sampler.watch(group, () => {})
  try {
    for (const [i, consumer] of consumers.entries()) {
      await consumer.connect()
      await consumer.subscribe({ topic })
      await consumer.run({ eachMessage: async () => undefined })
      await expect
        .poll(() => getGroup(ctx(), { cluster: 'c', group }).then(g => g.memberList.length), {
          timeout: 20_000,
        })
        .toBe(i + 1)
    }
    sampler.noteReset(group, { plan: 'p1', to: 'earliest' })
    const kinds = () => read().then(h => h.markers.map(m => m.kind))
    await expect.poll(kinds, { timeout: 5000 }).toEqual(expect.arrayContaining(['members', 'reset']))
    const grown = () =>
      read().then(h => h.markers.find(m => m.kind === 'members' && m.detail.to === 2)?.detail)
    await expect.poll(grown, { timeout: 5000 }).toMatchObject({ joined: expect.any(Number) })
  } finally {
    release()
    await Promise.all(consumers.map(one => one.disconnect()))
  }
}, 60_000)
