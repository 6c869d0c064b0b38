import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audit } from '@/lib/contracts/audit'
import { offsetPlans as contracts } from '@/lib/contracts/offset-plans'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import {
  type Committer,
  connectCommitter,
  startJavaConsumer,
  testKafka,
} from '@/scripts/services/test-groups'
import { connectTestProducer } from '@/scripts/services/test-producer'
import { listAudit } from '@/server/audit/list-audit'
import { testContext, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import type { Store } from '@/server/store/types'
import { getGroup } from '../get-group'
import { ClusterLagSampler } from '../lag-sampler'
import { applyOffsetPlan } from './apply-offset-plan'
import { createOffsetPlan } from './create-offset-plan'
import { getOffsetPlan } from './get-offset-plan'
import { listOffsetPlans } from './list-offset-plans'
import { removeGroup } from './remove-group'
import { removeMember } from './remove-member'
import { removeOffsets } from './remove-offsets'
import { undoOffsetPlan } from './undo-offset-plan'

const clock = { now: () => Date.now() }
const clusters = createKafkaClusters([testConfig(kafkaBootstrap(), { id: 'c' })], { clock })
const cluster = clusters.get('c')
const sampler = new ClusterLagSampler({ cluster, clock, log: silentLogger, intervalMs: 1000 })
const services = { lag: { of: () => sampler } }
const topic = uniqueName('plans')
const other = uniqueName('plans-other')
let store: Store
let producer: Awaited<ReturnType<typeof connectTestProducer>>
let committer: Committer
const ctx = (over = {}) => testContext({ clusters, services, store, ...over })
const plan = (group: string, to: string, over = {}) =>
  createOffsetPlan(ctx(), contracts.create.input.parse({ cluster: 'c', group, to, ...over }))
const apply = (group: string, id: string, over = {}) =>
  applyOffsetPlan(ctx(over), { cluster: 'c', group, plan: id })
const committed = async (group: string) => {
  const columns = await cluster.committedOffsets([
    { group, type: 'classic', protocolType: '', state: 'Empty', coordinator: 1 },
  ])
  return Object.fromEntries(
    Array.from({ length: columns.length }, (_, i) => [
      `${columns.topics[columns.topic[i] ?? -1] === topic ? '' : 'other/'}${columns.partition[i]}`,
      columns.offset[i],
    ]),
  )
}
const newGroup = async (
  offsets: [string, number, number | bigint][] = [
    [topic, 0, 4],
    [topic, 1, 8],
  ],
) => {
  const group = uniqueName('planned-그룹')
  await committer.commit(group, offsets)
  return group
}
/** What the audit log says of a group, oldest first. */
const audited = async (group: string) => {
  const { items } = await listAudit(ctx(), audit.list.input.parse({ resource: `group:${group}` }))
  return items
    .map(({ action, outcome, code, cluster, details }) => ({ action, outcome, code, cluster, details }))
    .reverse()
}
const succeeded = { outcome: 'succeeded', code: null, cluster: 'c' }
const T0 = Date.parse('2026-03-01T00:00:00Z')

beforeAll(async () => {
  store = await testStore()
  await makeTopic(cluster, { name: topic, partitions: 3 })
  await makeTopic(cluster, { name: other, partitions: 1 })
  producer = await connectTestProducer()
  committer = await connectCommitter()
  for (const partition of [0, 1])
    await producer.send({
      topic,
      messages: Array.from({ length: 10 }, (_, i) => ({
        partition,
        key: `k${i}`,
        value: `v${partition}-${i}`,
        timestamp: String(T0 + i * 60_000),
      })),
    })
  await producer.send({ topic: other, messages: [{ partition: 0, value: 'x' }] })
  sampler.start()
}, 60_000)
afterAll(async () => {
  await sampler.stop()
  await Promise.all([producer.disconnect(), committer.close()])
  await store.close()
  await clusters.close()
})

describe('an offset plan', () => {
  it('is exact where no double is: from beyond 2^53 to the end, and back to the last digit', async () => {
    const huge = 2n ** 62n + 1n
    const group = await newGroup([[topic, 0, huge]])
    const answer = await plan(group, 'latest')
    expect(answer).toMatchObject({ changed: 1, skipped: '0', repeated: '0' })
    expect(answer.rows[0]).toMatchObject({ before: String(huge), after: '10', repeated: null })
    expect(await apply(group, answer.id)).toMatchObject({ state: 'applied' })
    await undoOffsetPlan(ctx(), { cluster: 'c', group, plan: answer.id, force: false })
    expect(await plan(group, 'shift:-1')).toMatchObject({ rows: [{ before: String(huge), after: '10' }] })
  })

  it('says before and after, what is skipped and repeated, and shows the records at both ends', async () => {
    const group = await newGroup()
    const answer = await plan(group, 'latest')
    expect(contracts.create.output.parse(answer)).toEqual(answer)
    expect(answer).toMatchObject({
      state: 'planned',
      active: false,
      changed: 2,
      skipped: '8',
      repeated: '0',
      rows: [
        {
          partition: 0,
          before: '4',
          after: '10',
          logStart: '0',
          end: '10',
          sampleBefore: { offset: '4', key: 'k4', value: 'v0-4' },
          sampleAfter: null,
        },
        { partition: 1, before: '8', after: '10' },
      ],
    })
    expect(await committed(group)).toEqual({ 0: 4, 1: 8 })
  })

  it.each([
    ['earliest', {}, { 0: 0, 1: 0 }],
    ['latest', {}, { 0: 10, 1: 10 }],
    ['offset:6', {}, { 0: 6, 1: 6 }],
    ['offset:99', {}, { 0: 10, 1: 10 }],
    [`time:${new Date(T0 + 150_000).toISOString()}`, {}, { 0: 3, 1: 3 }],
    ['duration:PT0S', {}, { 0: 10, 1: 10 }],
    ['shift:-3', {}, { 0: 1, 1: 5 }],
    ['shift:+5', {}, { 0: 9, 1: 10 }],
    ['earliest', { topics: [topic] }, { 0: 0, 1: 0, 2: 0 }],
    ['latest', { partitions: [1] }, { 0: 4, 1: 10 }],
    ['latest', { partitions: [{ topic, partition: 0 }] }, { 0: 10, 1: 8 }],
    ['csv', { csv: `${topic},1,2\n${topic},2,0` }, { 0: 4, 1: 2, 2: 0 }],
  ])('%s %j', async (to, over, expected) => {
    const group = await newGroup()
    const { id } = await plan(group, to, over)
    const done = await apply(group, id)
    expect(contracts.apply.output.parse(done)).toEqual(done)
    expect(done.state).toBe('applied')
    expect(done.outcome?.every(one => one.ok)).toBe(true)
    expect(await committed(group)).toEqual(expected)
  })

  it('takes the offsets of another group', async () => {
    const [from, group] = [
      await newGroup([
        [topic, 0, 2],
        [other, 0, 1],
      ]),
      await newGroup(),
    ]
    const answer = await plan(group, `group:${from}`)
    expect(answer.rows.map(row => [row.after, row.warnings])).toEqual([
      ['2', []],
      [null, ['notGiven']],
    ])
    await apply(group, answer.id)
    expect(await committed(group)).toEqual({ 0: 2, 1: 8 })
  })

  it('is undone: commits as they were, and none where there was none', async () => {
    const group = await newGroup()
    const { id } = await plan(group, 'earliest', { topics: [topic] })
    await apply(group, id)
    const undone = await undoOffsetPlan(ctx(), { cluster: 'c', group, plan: id, force: false })
    expect(undone.state).toBe('undone')
    expect(await committed(group)).toEqual({ 0: 4, 1: 8 })
    expect(await audited(group)).toMatchObject([
      { ...succeeded, action: 'offset.reset', details: { plan: id } },
      { ...succeeded, action: 'offset.undo', details: { plan: id } },
    ])
    await expect(
      undoOffsetPlan(ctx(), { cluster: 'c', group, plan: id, force: false }),
    ).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    })
    const { items } = await listOffsetPlans(ctx(), { cluster: 'c', group, limit: 5 })
    expect(items.map(one => [one.id, one.state])).toEqual([[id, 'undone']])
    expect(await getOffsetPlan(ctx(), { cluster: 'c', group, plan: id })).toEqual(undone)
    // Whose topics are hidden from somebody, of that group they see no plan either.
    const stranger = {
      kind: 'token' as const,
      name: 's',
      grants: [{ role: 'operator' as const, topics: [other] }],
    }
    const elsewhere = ctx({ actor: stranger })
    expect((await listOffsetPlans(elsewhere, { cluster: 'c', group, limit: 5 })).items).toEqual([])
    await expect(getOffsetPlan(elsewhere, { cluster: 'c', group, plan: id })).rejects.toMatchObject({
      code: 'PLAN_UNKNOWN',
    })
  })

  it('is not undone where somebody committed since, unless forced', async () => {
    const group = await newGroup()
    const { id } = await plan(group, 'earliest')
    await apply(group, id)
    await committer.commit(group, [[topic, 1, 7]])
    const half = await undoOffsetPlan(ctx(), { cluster: 'c', group, plan: id, force: false })
    expect(half.state).toBe('undo-partial')
    expect(half.undo?.map(one => [one.ok, one.problem?.code])).toEqual([
      [true, undefined],
      [false, 'OFFSET_MOVED'],
    ])
    expect(await committed(group)).toEqual({ 0: 4, 1: 7 })
    await undoOffsetPlan(ctx(), { cluster: 'c', group, plan: id, force: true })
    expect(await committed(group)).toEqual({ 0: 4, 1: 8 })
  })

  it('is applied once, and not when the group moved since or the plan is too old', async () => {
    const group = await newGroup()
    const { id } = await plan(group, 'earliest')
    await committer.commit(group, [[topic, 0, 5]])
    await expect(apply(group, id)).rejects.toMatchObject({ code: 'OFFSET_MOVED' })
    await committer.commit(group, [[topic, 0, 4]])
    const late = { now: () => Date.now() + 31 * 60_000 }
    await expect(apply(group, id, { clock: late })).rejects.toMatchObject({ code: 'PLAN_EXPIRED' })
    const both = await Promise.allSettled([apply(group, id), apply(group, id)])
    expect(both.map(one => one.status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('refuses what it does not understand, and who may not', async () => {
    const group = await newGroup()
    await expect(plan(group, 'yesterday')).rejects.toMatchObject({ fields: [{ path: 'to' }] })
    await expect(plan(group, 'csv', { csv: 'a,b' })).rejects.toMatchObject({
      fields: [{ path: 'csv', code: 'CSV_COLUMNS', params: { line: 1 } }],
    })
    await expect(plan(group, 'latest', { topics: ['no.such.topic'] })).rejects.toMatchObject({
      code: 'TOPIC_UNKNOWN',
    })
    await expect(plan(group, 'latest', { partitions: [{ topic, partition: 9 }] })).rejects.toMatchObject({
      code: 'PARTITION_UNKNOWN',
    })
    await expect(plan('no-such-group', 'latest')).rejects.toMatchObject({ code: 'GROUP_UNKNOWN' })
    const { id } = await plan(group, 'latest')
    await expect(apply(group, id, { roles: ['developer'] })).rejects.toMatchObject({ code: 'DENIED' })
    await expect(
      createOffsetPlan(ctx({ roles: ['viewer'] }), { cluster: 'c', group, to: 'latest' }),
    ).rejects.toMatchObject({ code: 'DENIED' })
    expect(await committed(group)).toEqual({ 0: 4, 1: 8 })
  })
})

describe('a group with members', () => {
  const group = uniqueName('active')
  const consumer = testKafka().consumer({ groupId: group, allowAutoTopicCreation: false })
  beforeAll(async () => {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({ autoCommitThreshold: 1, eachMessage: async () => undefined })
  }, 40_000)
  afterAll(() => consumer.disconnect())

  it('can be planned, is not touched, and keeps itself and its offsets', async () => {
    await expect
      .poll(
        () =>
          getGroup(ctx(), { cluster: 'c', group }).then(
            g => g.lag,
            () => null,
          ),
        { timeout: 20_000 },
      )
      .toBe('0')
    const answer = await plan(group, 'earliest')
    expect(answer).toMatchObject({ active: true, members: 1, groupState: 'Stable' })
    await expect(apply(group, answer.id)).rejects.toMatchObject({ code: 'GROUP_ACTIVE' })
    const dry = await removeGroup(ctx(), { cluster: 'c', group, dryRun: true })
    expect(dry).toMatchObject({ done: false, problem: { code: 'GROUP_ACTIVE' } })
    await expect(
      removeGroup(ctx(), { cluster: 'c', group, confirm: group, dryRun: false }),
    ).rejects.toMatchObject({ code: 'GROUP_ACTIVE' })
    await expect(
      removeOffsets(ctx(), { cluster: 'c', group, topic, confirm: topic, dryRun: false }),
    ).rejects.toMatchObject({ code: 'GROUP_SUBSCRIBED' })
    // Kafka itself refuses, should a member come between our look and the commit.
    const [refused] = await cluster.commitOffsets(
      { group, type: 'classic', protocolType: '', state: '', coordinator: 1 },
      [{ topic, partition: 0, offset: 0n }],
    )
    expect(refused?.answer).toMatchObject({ ok: false, problem: { code: 'GROUP_ACTIVE' } })
    expect((await committed(group))[0]).toBe(10)
  })
})

describe('removing', () => {
  it("a topic's offsets, then the group", async () => {
    const group = await newGroup([
      [topic, 0, 4],
      [other, 0, 1],
    ])
    const dry = await removeOffsets(ctx(), { cluster: 'c', group, topic: other, dryRun: true })
    expect(dry).toMatchObject({ done: true, partitions: [{ partition: 0, offset: '1' }] })
    await expect(
      removeOffsets(ctx(), { cluster: 'c', group, topic: other, dryRun: false }),
    ).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect(await audited(group)).toEqual([])
    await removeOffsets(ctx(), { cluster: 'c', group, topic: other, confirm: other, dryRun: false })
    expect(await committed(group)).toEqual({ 0: 4 })
    for (const dryRun of [true, false])
      await expect(
        removeOffsets(ctx(), { cluster: 'c', group, topic: other, confirm: other, dryRun }),
      ).rejects.toMatchObject({ code: 'OFFSETS_NONE', params: { group, topic: other } })
    const gone = await removeGroup(ctx(), { cluster: 'c', group, confirm: group, dryRun: false })
    expect(gone.done).toBe(true)
    const listed = await cluster.listGroups()
    expect(listed.groups.some(one => one.group === group)).toBe(false)
    expect(await audited(group)).toMatchObject([
      { ...succeeded, action: 'group.deleteOffsets', details: { topic: other, offsets: ['0@1'] } },
      { ...succeeded, action: 'group.delete' },
    ])
  })

  it.each(['classic', 'consumer'] as const)(
    'a static member of a %s group',
    async type => {
      const group = uniqueName(`static-${type}`)
      const java = await startJavaConsumer(type, group, topic, kafkaBootstrap(), {
        'group.instance.id': 'pod-1',
      })
      try {
        const read = () => getGroup(ctx(), { cluster: 'c', group })
        await expect
          .poll(
            () =>
              read().then(
                g => g.memberList[0]?.instanceId,
                () => null,
              ),
            { timeout: 25_000 },
          )
          .toBe('pod-1')
        await expect(
          removeMember(ctx(), { cluster: 'c', group, instance: 'pod-2', dryRun: false }),
        ).rejects.toMatchObject({ code: 'MEMBER_UNKNOWN' })
        const dry = await removeMember(ctx(), { cluster: 'c', group, instance: 'pod-1', dryRun: true })
        expect(dry).toMatchObject({ dryRun: true, done: true, problem: null })
        expect(await audited(group)).toEqual([])
        // It is still there for the real one. A killed process keeps its place until its session ends.
        java.child.kill('SIGKILL')
        const answer = await removeMember(ctx(), { cluster: 'c', group, instance: 'pod-1', dryRun: false })
        expect(answer.done).toBe(true)
        await expect.poll(() => read().then(g => g.members), { timeout: 8000 }).toBe(0)
        expect(await audited(group)).toMatchObject([
          { ...succeeded, action: 'group.removeMember', details: { instance: 'pod-1' } },
        ])
      } finally {
        await java.stop()
      }
    },
    60_000,
  )

  it('offsets of a share group are set and deleted too', async () => {
    const group = uniqueName('share-plan')
    await cluster.incrementalAlterConfigs({ type: 'group', name: group }, [
      { name: 'share.auto.offset.reset', op: 'set', value: 'earliest' },
    ])
    const java = await startJavaConsumer('share', group, topic)
    await expect
      .poll(
        () =>
          getGroup(ctx(), { cluster: 'c', group }).then(
            g => g.partitions.filter(p => p.committed !== null).length,
            () => 0,
          ),
        { timeout: 25_000 },
      )
      .toBeGreaterThan(1)
    await java.stop()
    await expect
      .poll(() => getGroup(ctx(), { cluster: 'c', group }).then(g => g.state), { timeout: 20_000 })
      .toBe('Empty')
    const { id } = await plan(group, 'offset:3', { topics: [topic], partitions: [0] })
    const done = await apply(group, id)
    expect(done).toMatchObject({ state: 'applied', outcome: [{ offset: '3', ok: true }] })
    const again = await plan(group, 'latest', { topics: [topic], partitions: [0] })
    expect(again.rows[0]?.before).toBe('3')
    const gone = await removeOffsets(ctx(), { cluster: 'c', group, topic, confirm: topic, dryRun: false })
    expect(gone.done).toBe(true)
  }, 80_000)
})
