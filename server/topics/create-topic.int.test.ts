import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { topics as contracts, names } from '@/lib/contracts/topics'
import type { AppError } from '@/lib/errors'
import { freshDatabaseUrl, kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { listAudit } from '@/server/audit/list-audit'
import { testStore } from '@/server/http/testing'
import type { Store } from '@/server/store/types'
import { deleteTopic } from '@/server/topic-changes/delete-topic'
import { checkName } from './check-name'
import { createTopic } from './create-topic'
import { topicsWorld } from './testing'

const world = topicsWorld(kafkaBootstrap())
const made = new Set<string>()
let store: Store

beforeAll(async () => {
  store = await testStore(await freshDatabaseUrl())
})
afterAll(async () => {
  await Promise.all([...made].map(name => world.cluster.deleteTopic(name).catch(() => undefined)))
  await world.close()
  await store.close()
})

type Wanted = Partial<Parameters<typeof contracts.create.input.parse>[0] & object>
const newName = () => `order.${uniqueName('make')}.created`
const create = (name: string, wanted: Wanted = {}, over: Parameters<typeof world.context>[0] = {}) => {
  made.add(name)
  const input = { cluster: 'c', name, partitions: 2, replicationFactor: 1, ...wanted }
  return createTopic(world.context({ store, ...over }), contracts.create.input.parse(input))
}
const remove = (topic: string, confirm = topic, over: Parameters<typeof world.context>[0] = {}) =>
  deleteTopic(world.context({ store, ...over }), {
    cluster: 'c',
    topic,
    confirm,
    // The groups of this world are not sampled.
    override: true,
    dryRun: false,
  })
const exists = async (name: string) =>
  (await world.cluster.metadata({ topics: [name], maxAgeMs: 0 })).topics.get(name)?.ok
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => Promise.reject(new Error('done')),
    (e: AppError) => e,
  )
const auditOf = async (name: string) => {
  const { items } = await listAudit(world.context({ store }), { resource: `topic:${name}`, limit: 50 })
  return items.map(item => [item.action, item.outcome, item.code])
}

describe('creating a topic', () => {
  it('makes it, says how, and leaves intent and outcome in the audit log', async () => {
    const name = newName()
    const answer = await create(name, { configs: { 'retention.ms': '7200000' } })
    expect(contracts.create.output.parse(answer)).toEqual(answer)
    expect(answer).toMatchObject({ name, created: true, partitions: 2, replicationFactor: 1, warnings: [] })
    expect(answer.topicId).toBeTypeOf('string')
    expect(answer.configs).toContainEqual({ name: 'retention.ms', value: '7200000', source: 'topic' })
    // A broker tells of a topic a moment after the controller made it.
    await vi.waitFor(async () => expect(await exists(name)).toBe(true), { timeout: 10_000 })
    expect(await auditOf(name)).toEqual([['topic.create', 'succeeded', null]])
    const { items } = await listAudit(world.context({ store }), { resource: name, limit: 1 })
    expect(items[0]?.details).toMatchObject({ partitions: 2, configs: { 'retention.ms': '7200000' } })
  })

  it('a dry run asks the broker and changes nothing; -1 becomes the broker’s own numbers', async () => {
    const name = newName()
    const answer = await create(name, { partitions: -1, replicationFactor: -1, dryRun: true })
    expect(answer).toMatchObject({ created: false, topicId: null, partitions: 1, replicationFactor: 1 })
    expect(answer.configs.length).toBeGreaterThan(10)
    expect(await exists(name)).toBe(false)
    expect(await auditOf(name)).toEqual([])
  })

  it.each([
    ['a name against the convention', 'Orders.x.y', {}, 'NAME_POLICY_VIOLATION', 'name'],
    ['a name of Kafka’s own', '__mine', {}, 'NAME_POLICY_VIOLATION', 'name'],
    ['too many partitions', null, { partitions: 49 }, 'LIMIT_POLICY_VIOLATION', 'partitions'],
    [
      'retention below an hour',
      null,
      { configs: { 'retention.ms': '1000' } },
      'LIMIT_POLICY_VIOLATION',
      'configs.retention.ms',
    ],
    [
      'as many in sync as there are replicas',
      null,
      { configs: { 'min.insync.replicas': '2' } },
      'LIMIT_POLICY_VIOLATION',
      'configs.min.insync.replicas',
    ],
    [
      'more replicas than brokers',
      null,
      { replicationFactor: 3 },
      'REPLICATION_INVALID',
      'replicationFactor',
    ],
    [
      'a config that Kafka refuses',
      null,
      { configs: { 'segment.bytes': 'many' } },
      'CONFIG_INVALID',
      'configs.segment.bytes',
    ],
    [
      'a config that there is not',
      null,
      { configs: { 'no.such.config': '1' } },
      'CONFIG_INVALID',
      'configs.no.such.config',
    ],
    ['no partitions', null, { partitions: 0 }, 'PARTITIONS_INVALID', 'partitions'],
  ])('refuses %s at its field, and makes nothing', async (_what, given, wanted, code, path) => {
    const name = given ?? newName()
    const error = await refusal(create(name, wanted))
    expect(error).toMatchObject({ code, fields: [expect.objectContaining({ path })] })
    expect(error.fields?.[0]?.message).not.toBe('')
    expect(await exists(name)).toBeFalsy()
    expect(await auditOf(name)).toEqual([])
  })

  it.each<[string, Wanted, string[]]>([
    ['as many replicas as the only broker can keep', { partitions: 3, replicationFactor: 1 }, []],
    ['more than it can', { partitions: 3, replicationFactor: 3 }, ['replicationFactor']],
    ['what the broker itself chooses', { partitions: -1, replicationFactor: -1 }, []],
    ['nothing but the broker’s partitions', { partitions: -1 }, []],
    [
      'too many partitions beside the broker’s replicas',
      { partitions: 49, replicationFactor: -1 },
      ['partitions'],
    ],
    ['as many in sync as there are', { replicationFactor: -1, configs: { 'min.insync.replicas': '1' } }, []],
    [
      'more in sync than there are',
      { replicationFactor: -1, configs: { 'min.insync.replicas': '2' } },
      ['configs.min.insync.replicas'],
    ],
  ])('the check of a name says of %s what creation says', async (_what, wanted, paths) => {
    const given = { cluster: 'c', name: newName(), partitions: 2, replicationFactor: 1, ...wanted }
    const check = await checkName(world.context({ store }), names.check.input.parse(given))
    expect(check).toMatchObject({ valid: paths.length === 0 })
    expect(check.violations.map(one => one.field)).toEqual(paths)
    expect(check.violations.map(one => one.message).join()).not.toContain('-1')
    const creating = create(given.name, { ...wanted, dryRun: true }).then(
      () => [],
      (error: AppError) => error.fields?.map(field => field.path),
    )
    expect(await creating).toEqual(paths)
  })

  it('of a number that nobody can resolve nothing is said', async () => {
    const given = { cluster: 'c', name: 'Orders.x.y', partitions: -1, replicationFactor: -1 }
    const check = await checkName(world.context({ store }), names.check.input.parse(given))
    expect(check.violations.filter(one => /partitions|replication/.test(one.field))).toEqual([])
  })

  it('a violation carries its rule, parameters and a name that would pass', async () => {
    const error = await refusal(create('orders.order-service.created'))
    expect(error.fields).toEqual([
      expect.objectContaining({
        path: 'name',
        code: 'not-registered',
        params: expect.objectContaining({ segment: 'domain', suggestion: 'order' }),
      }),
    ])
  })

  it('one that is there is TOPIC_EXISTS; one that only differs in dots, TOPIC_COLLIDES', async () => {
    const name = newName()
    await create(name)
    expect(await refusal(create(name))).toMatchObject({ code: 'TOPIC_EXISTS', fields: [{ path: 'name' }] })
    expect(await auditOf(name)).toHaveLength(1)
    const folded = name.replace('order.', 'order_')
    const error = await refusal(create(folded))
    expect(error.fields?.map(field => field.code)).toContain('collides')
    expect(['TOPIC_COLLIDES', 'NAME_POLICY_VIOLATION']).toContain(error.code)
  })

  it('of two at the same time one wins, and the log tells both', async () => {
    const name = newName()
    const results = await Promise.allSettled([create(name), create(name), create(name)])
    expect(results.filter(one => one.status === 'fulfilled')).toHaveLength(1)
    for (const one of results)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'TOPIC_EXISTS' })
    const outcomes = await auditOf(name)
    expect(outcomes.filter(([, outcome]) => outcome === 'succeeded')).toHaveLength(1)
    expect(outcomes.every(([, outcome]) => outcome !== 'pending')).toBe(true)
  })

  it('a caller who goes away does not leave the log in doubt', async () => {
    const name = newName()
    const gone = new AbortController()
    const call = create(name, {}, { signal: gone.signal })
    const settled = call.then(
      () => 'made',
      (error: AppError) => error.code,
    )
    setTimeout(() => gone.abort(), 25)
    await settled
    const log = await auditOf(name)
    expect(log.flatMap(([, outcome]) => outcome)).toEqual((await exists(name)) ? ['succeeded'] : [])
  })

  it('needs the right, and a cluster that may be changed', async () => {
    const name = newName()
    expect(await refusal(create(name, {}, { roles: ['viewer'] }))).toMatchObject({ code: 'DENIED' })
    const grants = [{ role: 'operator' as const, topics: ['payment.*'] }]
    expect(await refusal(create(name, {}, { grants }))).toMatchObject({ code: 'DENIED' })
    const frozen = topicsWorld(kafkaBootstrap(), { readOnly: true })
    const input = contracts.create.input.parse({ cluster: 'c', name, partitions: 1, replicationFactor: 1 })
    expect(await refusal(createTopic(frozen.context({ store }), input))).toMatchObject({
      code: 'CLUSTER_READ_ONLY',
    })
    await frozen.close()
    expect(await exists(name)).toBe(false)
  })

  it('without a store nothing is made: no intent, no mutation', async () => {
    const closed = await testStore(await freshDatabaseUrl())
    await closed.close()
    const name = newName()
    expect((await refusal(create(name, {}, { store: closed }))).code).toMatch(/^STORE_/)
    expect(await exists(name)).toBe(false)
  })
})

describe('deleting a topic', () => {
  it('takes its name repeated, is audited, and is final', async () => {
    const name = newName()
    await create(name)
    expect(await refusal(remove(name, `${name} `))).toMatchObject({
      code: 'INPUT_INVALID',
      fields: [{ path: 'confirm', code: 'CONFIRM_MISMATCH' }],
    })
    expect(await exists(name)).toBe(true)
    expect(await remove(name)).toMatchObject({ name, deleted: true })
    expect(await exists(name)).toBe(false)
    expect(await refusal(remove(name))).toMatchObject({ code: 'TOPIC_UNKNOWN' })
    expect((await auditOf(name)).map(([action, outcome]) => `${action} ${outcome}`)).toEqual([
      'topic.delete succeeded',
      'topic.create succeeded',
    ])
  })

  it('never a system topic, and not by everybody', async () => {
    expect(await refusal(remove('__consumer_offsets'))).toMatchObject({ code: 'STATE_CONFLICT' })
    expect(await refusal(remove('x', 'x', { roles: ['developer'] }))).toMatchObject({ code: 'DENIED' })
  })
})
