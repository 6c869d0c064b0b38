import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { groups as contracts } from '@/lib/contracts/groups'
import { offsetPlans } from '@/lib/contracts/offset-plans'
import { freshDatabaseUrl, kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { type Committer, connectCommitter } from '@/scripts/services/test-groups'
import { testContext, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import type { Store } from '@/server/store/types'
import { getGroup } from './get-group'
import { getLagHistory } from './get-lag-history'
import { LagHistory } from './history/lag-history'
import { IdleGroups } from './idle-groups'
import { ClusterLagSampler } from './lag-sampler'
import { listGroups } from './list-groups'
import { applyOffsetPlan } from './offsets/apply-offset-plan'
import { createOffsetPlan } from './offsets/create-offset-plan'
import { getOffsetPlan } from './offsets/get-offset-plan'
import { listOffsetPlans } from './offsets/list-offset-plans'
import { pinGroup } from './pin-group'
import { streamLag } from './stream-lag'
import { unpinGroup } from './unpin-group'

// Longer than a row of PostgreSQL's index may be (2,704 bytes), with what it stores in no text at all.
const ODD = '그룹 "/?#%\\\n\t\u0001\u202e\u0000😀<b>&amp;\'~'
const LENGTH = 6000
const clock = { now: () => Date.now() }
const clusters = createKafkaClusters([testConfig(kafkaBootstrap(), { id: 'c' })], { clock })
const cluster = clusters.get('c')
const topic = uniqueName('odd-names')
let committer: Committer

beforeAll(async () => {
  await makeTopic(cluster, { name: topic })
  committer = await connectCommitter()
}, 60_000)
afterAll(async () => {
  await committer.close()
  await clusters.close()
})

describe.each(['pglite', 'postgres'] as const)('a group by a name of 6,000 odd characters in %s', dialect => {
  let store: Store
  let sampler: ClusterLagSampler
  const log = { ...silentLogger, error: vi.fn(), warn: vi.fn() }
  const group = `${uniqueName('odd')}${ODD.repeat(Math.ceil(LENGTH / ODD.length))}`
  const at = { cluster: 'c', group }
  const ctx = (over = {}) =>
    testContext({ clusters, store, services: { lag: { of: () => sampler } }, ...over })

  beforeAll(async () => {
    store = await testStore(dialect === 'postgres' ? await freshDatabaseUrl() : null)
    const history = new LagHistory({ store, cluster: 'c', log })
    const idle = new IdleGroups(store, 'c')
    sampler = new ClusterLagSampler({ cluster, clock, log, intervalMs: 500, history, idle })
    await committer.commit(group, [[topic, 0, 0]])
    sampler.start()
    await sampler.ready(AbortSignal.timeout(30_000))
    expect(await getGroup(ctx(), at)).toMatchObject({ group, lag: '0', problem: null })
  }, 60_000)
  afterAll(async () => {
    await sampler.stop()
    await store.close()
  })

  it('has a page, a stream, a place in the list and a pin like any other', async () => {
    const gone = new AbortController()
    const stream = streamLag(ctx({ signal: gone.signal }), at)
    expect((await stream.next()).value?.data).toMatchObject({ group, lag: '0', whole: true })
    gone.abort()
    await stream.return()
    await pinGroup(ctx(), at)
    const pinned = () =>
      listGroups(ctx(), contracts.list.input.parse({ cluster: 'c', pinned: 'true' })).then(({ items }) =>
        items.map(row => row.group),
      )
    expect(await pinned()).toEqual([group])
    await unpinGroup(ctx(), at)
    expect(await pinned()).toEqual([])
  })

  it('has a plan of offsets from such a group, its history and its marker; the sampler goes on', async () => {
    const input = offsetPlans.create.input.parse({ ...at, to: `group:${group}`, reason: 'a\u0000b' })
    const plan = await createOffsetPlan(ctx(), input)
    expect(plan).toMatchObject({ group, to: `group:${group}`, changed: 0 })
    const { items } = await listOffsetPlans(ctx(), offsetPlans.list.input.parse(at))
    expect(items.map(one => [one.id, one.group])).toEqual([[plan.id, group]])
    expect(await getOffsetPlan(ctx(), { ...at, plan: plan.id })).toMatchObject({ group, to: plan.to })
    await committer.commit(group, [[topic, 0, 7]])
    const back = await createOffsetPlan(ctx(), offsetPlans.create.input.parse({ ...at, to: 'earliest' }))
    expect(await applyOffsetPlan(ctx(), { ...at, plan: back.id })).toMatchObject({ group, state: 'applied' })
    const kept = () => getLagHistory(ctx(), contracts.lagHistory.input.parse({ ...at, window: '15m' }))
    await expect
      .poll(async () => (await kept()).markers.map(marker => marker.kind), { timeout: 30_000 })
      .toContain('reset')
    await expect
      .poll(async () => (await kept()).points.some(point => point.lag === 0), { timeout: 30_000 })
      .toBe(true)
    const idle = new IdleGroups(store, 'c')
    const sampledAt = Date.parse(sampler.row(group)?.sampledAt ?? '')
    await expect
      .poll(() => Date.parse(sampler.row(group)?.sampledAt ?? ''), { timeout: 30_000 })
      .toBeGreaterThan(sampledAt)
    await expect(idle.adopt([])).resolves.toBeUndefined()
    expect(log.warn).not.toHaveBeenCalled()
    expect(log.error).not.toHaveBeenCalled()
  })
})
