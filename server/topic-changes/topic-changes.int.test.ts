import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { topicChanges } from '@/lib/contracts/topic-changes'
import type { AppError } from '@/lib/errors'
import en from '@/lib/i18n/en/errors.json'
import ko from '@/lib/i18n/ko/errors.json'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { listAudit } from '@/server/audit/list-audit'
import { testConfig, testStore } from '@/server/http/testing'
import { makeTopic } from '@/server/kafka/testing'
import { sayIn } from '@/server/outbox/words'
import type { Store } from '@/server/store/types'
import { topicsWorld } from '@/server/topics/testing'
import { alterConfigs } from './alter-configs'
import { deleteTopic } from './delete-topic'
import { raisePartitions } from './raise-partitions'
import { startConnect } from './testing'
import { truncateTopic } from './truncate-topic'

const world = topicsWorld(kafkaBootstrap())
const made: string[] = []
let store: Store
beforeAll(async () => {
  store = await testStore()
  world.lag.start()
  await world.lag.ready(new AbortController().signal)
})
afterAll(async () => {
  await Promise.all(made.map(name => world.cluster.deleteTopic(name).catch(() => undefined)))
  await world.close()
  await store.close()
})

const newTopic = async (configs: Record<string, string> = {}, partitions = 2) => {
  const name = `order.${uniqueName('change')}.created`
  made.push(name)
  await makeTopic(world.cluster, { name, partitions, configs })
  return name
}
type Over = Parameters<typeof world.context>[0]
const ctx = (over: Over = {}) => world.context({ store, ...over })
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => Promise.reject(new Error('done')),
    (e: AppError) => e,
  )
const alter = (topic: string, input: object, over: Over = {}) =>
  alterConfigs(ctx(over), topicChanges.configs.input.parse({ cluster: 'c', topic, ...input }))
const raise = (topic: string, count: number, dryRun = false, over: Over = {}) =>
  raisePartitions(ctx(over), { cluster: 'c', topic, count, dryRun })
const cut = (topic: string, input: object, over: Over = {}) =>
  truncateTopic(ctx(over), topicChanges.truncate.input.parse({ cluster: 'c', topic, ...input }))
const remove = (topic: string, input: object, over: Over = {}) =>
  deleteTopic(ctx(over), topicChanges.remove.input.parse({ cluster: 'c', topic, ...input }))
/** What a screen says of a refusal beside its title. */
const hintOf = ({ code, params }: AppError) => sayIn({ ko, en }, `${code}.hint`, params)
const auditOf = async (topic: string) =>
  (await listAudit(ctx(), { resource: topic, limit: 50 })).items.map(one => `${one.action} ${one.outcome}`)
const configOf = async (topic: string, name: string) => {
  const [described] = await world.cluster.describeConfigs([{ type: 'topic', name: topic }])
  const config = described?.answer.ok ? described.answer.value.find(one => one.name === name) : undefined
  return [config?.value, config?.source]
}

describe('configs', () => {
  it('are tried out, changed one by one, and given back to the broker', async () => {
    const topic = await newTopic({ 'retention.ms': '604800000', 'segment.ms': '3600000' })
    const wanted = { set: { 'retention.ms': '86400000' }, reset: ['segment.ms', 'max.message.bytes'] }
    const dry = await alter(topic, { ...wanted, dryRun: true })
    expect(dry).toMatchObject({
      applied: false,
      changes: [
        { name: 'retention.ms', before: '604800000', after: '86400000', danger: 'deletes-records' },
        { name: 'segment.ms', before: '3600000', after: '604800000', isSet: false },
      ],
    })
    expect(await configOf(topic, 'retention.ms')).toEqual(['604800000', 'topic'])
    expect((await alter(topic, { ...wanted, reason: 'kept too long' })).applied).toBe(true)
    await expect.poll(() => configOf(topic, 'retention.ms')).toEqual(['86400000', 'topic'])
    expect((await configOf(topic, 'segment.ms'))[1]).not.toBe('topic')
    // Again: there is nothing to change, and nothing is audited.
    expect(await alter(topic, wanted)).toMatchObject({ applied: false, changes: [] })
    expect(await auditOf(topic)).toEqual(['topic.configs succeeded'])
    const [row] = (await listAudit(ctx(), { resource: topic, limit: 1 })).items
    expect(row?.reason).toBe('kept too long')
  })

  it.each([
    [{ set: { 'retention.ms': '1' } }, 'LIMIT_POLICY_VIOLATION', 'configs.retention.ms'],
    [
      { set: { 'cleanup.policy': 'nonsense' } },
      /LIMIT_POLICY_VIOLATION|CONFIG_INVALID/,
      'configs.cleanup.policy',
    ],
    [{ set: { 'segment.bytes': 'many' } }, 'CONFIG_INVALID', 'configs.segment.bytes'],
    [{ set: { 'a.b': '1' }, reset: ['a.b'] }, 'INPUT_INVALID', 'set.a.b'],
  ])('%j are refused by %s', async (input, code, path) => {
    const topic = await newTopic()
    const error = await refusal(alter(topic, input))
    expect(error.code).toMatch(code)
    expect(error.fields?.[0]?.path).toBe(path)
    expect(await auditOf(topic)).toEqual([])
  })

  it('of a topic that broke the policy before can be mended step by step', async () => {
    const topic = await newTopic({ 'retention.ms': '1000', 'segment.ms': '3600000' })
    expect((await alter(topic, { set: { 'segment.ms': '7200000' } })).applied).toBe(true)
    expect((await refusal(alter(topic, { set: { 'retention.ms': '2000' } }))).code).toBe(
      'LIMIT_POLICY_VIOLATION',
    )
  })
})

describe('partitions', () => {
  it('are added after a dry run, never taken away, never past the policy', async () => {
    const topic = await newTopic()
    expect(await raise(topic, 4, true)).toMatchObject({
      applied: false,
      before: 2,
      after: 4,
      replicasAdded: 2,
    })
    expect(await raise(topic, 4)).toMatchObject({ applied: true, before: 2, after: 4 })
    await expect.poll(async () => (await refusal(raise(topic, 4))).params?.partitions).toBe(4)
    expect(await refusal(raise(topic, 3))).toMatchObject({
      code: 'PARTITIONS_NOT_MORE',
      fields: [
        {
          path: 'count',
          message: '3 partitions are not more than the 4 there are; they can’t be taken away.',
        },
      ],
    })
    expect((await refusal(raise(topic, 49))).code).toBe('LIMIT_POLICY_VIOLATION')
    expect(await auditOf(topic)).toEqual(['topic.partitions succeeded'])
  })
})

describe('truncation', () => {
  const fill = async (topic: string, count: number) => {
    for (let i = 0; i < count; i++)
      await world.cluster.produce(topic, {
        partition: i % 2,
        key: Buffer.from(`k${i}`),
        value: Buffer.from(`v${i}`),
        headers: [],
      })
  }

  it('tells what would go, takes exactly that, and repeats nothing', async () => {
    const topic = await newTopic()
    await fill(topic, 6)
    const dry = await cut(topic, { to: 'end', dryRun: true })
    expect(dry).toMatchObject({
      applied: false,
      records: '6',
      partitions: [
        { from: '0', to: '3' },
        { from: '0', to: '3' },
      ],
    })
    await fill(topic, 2)
    const offsets = dry.partitions.map(({ partition, to }) => ({ partition, offset: to }))
    expect((await refusal(cut(topic, { offsets }))).fields?.[0]?.code).toBe('CONFIRM_MISMATCH')
    const cutNow = await cut(topic, { offsets, confirm: topic, reason: 'broken records' })
    expect(cutNow).toMatchObject({ applied: true, records: '6' })
    const [purged] = (await listAudit(ctx(), { resource: topic, limit: 1 })).items
    expect(purged?.reason).toBe('broken records')
    expect(await cut(topic, { to: 'end', dryRun: true })).toMatchObject({ records: '2' })
    expect(await cut(topic, { to: 'offset:1', partitions: [0], confirm: topic })).toMatchObject({
      applied: false,
      records: '0',
    })
    const past = new Date(Date.now() - 3_600_000).toISOString()
    expect(await cut(topic, { to: `time:${past}`, dryRun: true })).toMatchObject({ records: '0' })
    // A slip of the finger is not "all of it"; in a shorter log beside a longer one it is.
    for (const input of [{ to: 'offset:5' }, { offsets: [{ partition: 1, offset: '5' }] }])
      expect(await refusal(cut(topic, { ...input, dryRun: true }))).toMatchObject({
        code: 'OFFSET_OUT_OF_RANGE',
        params: { start: '3', end: '4' },
      })
    expect((await refusal(cut(topic, { to: `offset:${2n ** 63n}` }))).code).toBe('INPUT_INVALID')
    await fill(topic, 1)
    expect(await cut(topic, { to: 'offset:5', dryRun: true })).toMatchObject({ records: '3' })
    expect(await auditOf(topic)).toEqual(['record.purge succeeded'])
  })

  it('of a dead-letter topic a look tells whose letters go; the right to see them is asked for', async () => {
    const topic = await newTopic()
    await fill(topic, 4)
    const going = { count: 4, open: 3, unseen: 2, issueCount: 1, issues: [] }
    const asked: unknown[] = []
    const index = {
      isDeadLetterTopic: (name: string) => name === topic,
      lettersBelow: (name: string, ends: ReadonlyMap<number, bigint>) => {
        asked.push(name, ...ends)
        return going
      },
      topics: () => [{ topic, complete: true }],
    }
    const services = { deadLetters: { of: () => index } } as unknown as NonNullable<Over>['services']
    const dry = await truncateTopic(
      ctx({ services }),
      topicChanges.truncate.input.parse({ cluster: 'c', topic, to: 'end', dryRun: true }),
    )
    expect(dry.letters).toEqual({ ...going, complete: true })
    expect(asked).toEqual([topic, [0, 2n], [1, 2n]])
    expect((await cut(topic, { to: 'end', dryRun: true })).letters).toBeUndefined()
  })

  it('is for admins, and the broker refuses a compacted topic', async () => {
    const topic = await newTopic({ 'cleanup.policy': 'compact' })
    await fill(topic, 2)
    expect((await refusal(cut(topic, { to: 'end', confirm: topic }, { roles: ['operator'] }))).code).toBe(
      'DENIED',
    )
    const error = await refusal(cut(topic, { to: 'end', confirm: topic }))
    expect(error.code).toBe('BROKER_POLICY_VIOLATION')
    expect(await auditOf(topic)).toEqual(['record.purge failed'])
    expect((await refusal(cut(topic, { dryRun: true }))).code).toBe('INPUT_INVALID')
    expect((await refusal(cut(topic, { to: 'end', partitions: [7], dryRun: true }))).code).toBe(
      'PARTITION_UNKNOWN',
    )
  })
})

describe('deletion', () => {
  it('is refused while records come, unless overridden, and tells who uses it', async () => {
    const topic = await newTopic()
    await world.cluster.produce(topic, { partition: 0, key: null, value: Buffer.from('now'), headers: [] })
    const dry = await remove(topic, { dryRun: true })
    expect(dry).toMatchObject({ deleted: false, usage: { inUse: true, recordsLastHour: '1', groups: [] } })
    expect(await refusal(remove(topic, { confirm: topic }))).toMatchObject({
      code: 'TOPIC_IN_USE',
      params: { topic },
    })
    expect((await refusal(remove(topic, { confirm: 'other', override: true }))).code).toBe('INPUT_INVALID')
    expect(await remove(topic, { confirm: topic, override: true })).toMatchObject({ deleted: true })
    expect(await auditOf(topic)).toEqual(['topic.delete succeeded'])
    expect((await refusal(remove(topic, { dryRun: true }))).code).toBe('TOPIC_UNKNOWN')
    const quiet = await newTopic()
    expect(await remove(quiet, { confirm: quiet })).toMatchObject({
      deleted: true,
      // No Connect is configured: who cannot be asked at all holds nothing up.
      usage: { inUse: false, connectorsKnown: false, connectConfigured: false },
    })
  })

  it('is held up by a connector, and by a Connect cluster that does not say; the audit names who lost it', async () => {
    const topic = await newTopic()
    const worker = await startConnect({ name: 'to-warehouse', topics: `other, ${topic}` })
    const withConnect = (url: string) => ({
      config: testConfig({
        clusters: world.clusters.list().map(one => ({ ...one, connect: [{ name: 'main', url }] })),
      }),
    })
    const known = withConnect(worker.url)
    const connectors = [{ worker: 'main', name: 'to-warehouse', type: 'sink', state: 'PAUSED' }]
    expect(await remove(topic, { dryRun: true }, known)).toMatchObject({
      usage: { inUse: true, connectors, connectorsKnown: true, recordsLastHour: '0' },
    })
    const held = await refusal(remove(topic, { confirm: topic }, known))
    expect(held.code).toBe('TOPIC_IN_USE')
    expect(held.params).toEqual({
      ...{ topic, groups: 0, names: '', connectors: 1, connectorNames: 'main/to-warehouse' },
      records: '0',
    })
    const away = withConnect('http://127.0.0.1:1')
    const unsaid = await refusal(remove(topic, { confirm: topic }, away))
    // Who could not be asked is not among them: neither 0 nor -1.
    expect(unsaid.params).toEqual({ topic, groups: 0, names: '', records: '0' })
    expect(hintOf(unsaid)).toMatchObject({
      en: expect.stringContaining('No group reads it now; which connectors use it is not known.'),
      ko: expect.stringContaining('커넥터 알 수 없음, 최근 1시간 메시지 0건.'),
    })
    await remove(topic, { confirm: topic, override: true, reason: 'moved away' }, known)
    const [deleted] = (await listAudit(ctx(), { resource: topic, limit: 1 })).items
    expect(deleted?.reason).toBe('moved away')
    expect(deleted?.details).toMatchObject({
      override: true,
      usedBy: { groups: [], groupsInAll: 0, connectors: ['main/to-warehouse'], connectorsInAll: 1 },
    })
    // Another topic is nothing to that connector, and nobody is named.
    const quiet = await newTopic()
    await remove(quiet, { confirm: quiet, override: true }, known)
    const [gone] = (await listAudit(ctx(), { resource: quiet, limit: 1 })).items
    expect(gone?.details).toMatchObject({ override: false })
    expect(gone?.details).not.toHaveProperty('usedBy')
    await worker.close()
  })

  it('is held up where a partition does not say whether somebody writes', async () => {
    const topic = await newTopic()
    const { cluster } = world
    const list = cluster.listOffsets.bind(cluster)
    cluster.listOffsets = async (...asked) => {
      const [first, ...others] = await list(...asked)
      if (!first) return others
      const problem = { scope: topic, code: 'LEADER_UNAVAILABLE' as const, params: {} }
      return [{ ...first, answer: { ok: false, problem } }, ...others]
    }
    try {
      const held = await refusal(remove(topic, { confirm: topic }))
      expect(held).toMatchObject({ code: 'TOPIC_IN_USE', params: { groups: 0, connect: 'none' } })
      expect(held.params).not.toHaveProperty('records')
      expect(hintOf(held).en).toContain('Records in the last hour: not known.')
    } finally {
      cluster.listOffsets = list
    }
  })

  it.each(['viewer', 'developer', 'approver', 'auditor'] as const)(
    'nothing is changed by a %s',
    async role => {
      const topic = '__consumer_offsets'
      const over = { roles: [role] }
      for (const call of [
        alter(topic, {}, over),
        raise(topic, 9, true, over),
        cut(topic, { to: 'end' }, over),
        remove(topic, { dryRun: true }, over),
      ])
        expect((await refusal(call)).code).toBe('DENIED')
    },
  )

  it('and no system topic is touched', async () => {
    const topic = '__consumer_offsets'
    for (const call of [
      alter(topic, { dryRun: true }),
      raise(topic, 99, true),
      cut(topic, { to: 'end', dryRun: true }),
      remove(topic, { dryRun: true }),
    ])
      expect((await refusal(call)).code).toBe('STATE_CONFLICT')
  })
})
