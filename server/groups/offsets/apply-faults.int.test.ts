import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { offsetPlans as contracts } from '@/lib/contracts/offset-plans'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { API, type BrokerProxy, lastCommitCode, openProxy } from '@/scripts/services/kafka-proxy'
import { type Committer, connectCommitter } from '@/scripts/services/test-groups'
import { sendMessages } from '@/scripts/services/test-producer'
import { testContext, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import type { KafkaClusters } from '@/server/kafka/port'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { ClusterLagSampler } from '../lag-sampler'
import { applyOffsetPlan } from './apply-offset-plan'
import { createOffsetPlan } from './create-offset-plan'
import { getOffsetPlan } from './get-offset-plan'
import { undoOffsetPlan } from './undo-offset-plan'

const UNKNOWN_MEMBER = 25
const MINUTE_MS = 60_000

const store = await testStore()
const topic = uniqueName('apply-faults')
let proxy: BrokerProxy
let clusters: KafkaClusters
let sampler: ClusterLagSampler
let committer: Committer
let group: string
const clock = { now: () => Date.now() }
const at = (id: string) => ({ cluster: 'c', group, plan: id })
const ctx = (over = {}) => testContext({ clusters, services: { lag: { of: () => sampler } }, store, ...over })
const plan = async (to: string, over = {}) => {
  const input = contracts.create.input.parse({ cluster: 'c', group, to, ...over })
  return (await createOffsetPlan(ctx(), input)).id
}
const apply = (id: string) => applyOffsetPlan(ctx(), at(id))
/** A little more than the minute after which a plan is taken up again. */
const applyLater = (id: string) =>
  applyOffsetPlan(ctx({ clock: { now: () => Date.now() + MINUTE_MS + 1000 } }), at(id))
const stateOf = async (id: string) => (await getOffsetPlan(ctx(), at(id))).state
const outcomes = (rows: { partition: number; ok: boolean; problem: { code: string } | null }[] | null) =>
  rows?.map(({ partition, ok, problem }) => [partition, ok, problem?.code ?? null])

beforeAll(async () => {
  proxy = await openProxy(kafkaBootstrap())
  clusters = createKafkaClusters([testConfig(proxy.bootstrap, { id: 'c' })], { clock })
  const cluster = clusters.get('c')
  await makeTopic(cluster, { name: topic, partitions: 3 })
  const messages = Array.from({ length: 30 }, (_, i) => ({ partition: i % 3, value: `${i}` }))
  await sendMessages(topic, messages)
  committer = await connectCommitter()
  sampler = new ClusterLagSampler({ cluster, clock, log: silentLogger, intervalMs: MINUTE_MS })
  sampler.start()
}, 60_000)
beforeEach(async () => {
  group = uniqueName('apply-faults')
  await committer.commit(group, [
    [topic, 0, 4],
    [topic, 1, 7],
  ])
})
afterEach(() => proxy.rest())
afterAll(async () => {
  await sampler.stop()
  await committer.close()
  await clusters.close()
  await proxy.close()
  await store.close()
})

it('an answer that was lost is settled by looking where the group stands', async () => {
  const id = await plan('latest')
  const commits = proxy.asked(API.offsetCommit)
  proxy.lose(API.offsetCommit)
  const applied = await apply(id)
  expect(applied.state).toBe('applied')
  expect(outcomes(applied.outcome)).toEqual([
    [0, true, null],
    [1, true, null],
  ])
  expect(proxy.asked(API.offsetCommit) - commits).toBe(1)
})

it('where nobody can tell, the plan is taken up again after a minute: what stands counts, what moved is told', async () => {
  const id = await plan('latest')
  proxy.lose(API.offsetCommit)
  // The first look is before the commit, the second after it.
  proxy.change(API.offsetFetch, () => proxy.lose(API.offsetFetch), 1)
  await expect(apply(id)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  proxy.rest()
  expect(await stateOf(id)).toBe('applying')
  await expect(apply(id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  await committer.commit(group, [[topic, 1, 3]])
  const commits = proxy.asked(API.offsetCommit)
  const taken = await applyLater(id)
  expect(proxy.asked(API.offsetCommit) - commits).toBe(0)
  expect(taken.state).toBe('partial')
  expect(outcomes(taken.outcome)).toEqual([
    [0, true, null],
    [1, false, 'OFFSET_MOVED'],
  ])
  const undone = await undoOffsetPlan(ctx(), { ...at(id), force: false })
  expect(outcomes(undone.undo)).toEqual([[0, true, null]])
}, 60_000)

it('a log that was cut off past the plan is not set to what is gone', async () => {
  const id = await plan('earliest', { partitions: [{ topic, partition: 2 }] })
  await clusters.get('c').deleteRecords(topic, [{ partition: 2, offset: 5n }])
  const commits = proxy.asked(API.offsetCommit)
  await expect(apply(id)).rejects.toMatchObject({
    code: 'OFFSET_OUT_OF_RANGE',
    params: { topic, partition: 2, offset: '0', start: '5', end: '10' },
  })
  expect(proxy.asked(API.offsetCommit) - commits).toBe(0)
  expect(await stateOf(id)).toBe('planned')
})

it('a member that comes between the look and the commit leaves the plan as it was', async () => {
  const id = await plan('latest', { partitions: [{ topic, partition: 0 }] })
  proxy.change(API.offsetCommit, lastCommitCode(UNKNOWN_MEMBER))
  await expect(apply(id)).rejects.toMatchObject({ code: 'GROUP_ACTIVE' })
  proxy.rest()
  expect(await stateOf(id)).toBe('planned')
  // The broker took it: only its answer was made a refusal.
  await committer.commit(group, [[topic, 0, 4]])
  expect((await apply(id)).state).toBe('applied')
})

it('an undo whose answer was lost finds what it set back', async () => {
  const id = await plan('latest')
  await apply(id)
  proxy.lose(API.offsetCommit)
  await expect(undoOffsetPlan(ctx(), { ...at(id), force: false })).rejects.toMatchObject({
    code: 'OUTCOME_UNKNOWN',
  })
  proxy.rest()
  const undone = await undoOffsetPlan(ctx(), { ...at(id), force: false })
  expect(undone.state).toBe('undone')
  expect(outcomes(undone.undo)).toEqual([
    [0, true, null],
    [1, true, null],
  ])
})

it('as another group: of its topics all that the other one has, also what it never committed on itself', async () => {
  const other = uniqueName('apply-faults-other')
  const apart = uniqueName('apply-faults-apart')
  await makeTopic(clusters.get('c'), { name: apart, partitions: 1 })
  await committer.commit(other, [
    [topic, 1, 9],
    [topic, 2, 8],
    [apart, 0, 0],
  ])
  const { rows } = await getOffsetPlan(ctx(), at(await plan(`group:${other}`)))
  expect(rows.map(row => [row.topic, row.partition, row.before, row.after, row.warnings])).toEqual([
    [topic, 0, '4', null, ['notGiven']],
    [topic, 1, '7', '9', []],
    [topic, 2, null, '8', []],
  ])
  await expect(plan('group:no-such-group')).rejects.toMatchObject({
    code: 'GROUP_UNKNOWN',
    fields: [{ path: 'to', code: 'GROUP_UNKNOWN' }],
  })
})
