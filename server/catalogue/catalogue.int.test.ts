import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue as contracts } from '@/lib/contracts/catalogue'
import { names, topics as topicContracts } from '@/lib/contracts/topics'
import type { AppError } from '@/lib/errors'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { listAudit } from '@/server/audit/list-audit'
import { testStore } from '@/server/http/testing'
import { makeTopic } from '@/server/kafka/testing'
import type { Store } from '@/server/store/types'
import { checkName } from '@/server/topics/check-name'
import { listTopics } from '@/server/topics/list-topics'
import { topicsWorld } from '@/server/topics/testing'
import { listCatalogue } from './list-catalogue'
import { getTopicFacts, putTopicFacts } from './topic-facts'
import { putCatalogueEntry, removeCatalogueEntry } from './write-entry'

const world = topicsWorld(kafkaBootstrap())
const service = uniqueName('cat')
const topic = `order.${service}.created`
let store: Store

beforeAll(async () => {
  store = await testStore()
  await makeTopic(world.cluster, { name: topic })
})
afterAll(async () => {
  await world.cluster.deleteTopic(topic).catch(() => undefined)
  await world.close()
  await store.close()
})

type Over = Parameters<typeof world.context>[0]
const ctx = (over: Over = {}) => world.context({ store, ...over })
const put = (kind: string, name: string, more: object = {}, over: Over = {}) =>
  putCatalogueEntry(ctx(over), contracts.put.input.parse({ kind, name, revision: 0, ...more }))
const list = async (over: Over = {}) => (await listCatalogue(ctx(over), { cluster: 'c' })).items
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => Promise.reject(new Error('done')),
    (e: AppError) => e.code,
  )

describe('the catalogue', () => {
  it('knows what is registered, what the policy lists, and what topics are named by', async () => {
    await put('owner', 'order-team', { contact: 'order@example.com', slackChannel: '#order' })
    await put('service', 'order-service', { domain: 'order', owner: 'order-team' })
    const items = await list()
    expect(contracts.list.output.parse({ items, truncated: false }).items).toEqual(items)
    const find = (kind: string, name: string) => items.find(one => one.kind === kind && one.name === name)
    expect(find('domain', 'payment')).toMatchObject({
      sources: expect.arrayContaining(['policy']),
      revision: 0,
    })
    expect(find('service', service)).toMatchObject({ sources: ['topics'], topics: 1, domain: 'order' })
    expect(find('service', 'order-service')).toMatchObject({ owner: 'order-team', revision: 1 })
    const limited = await list({ grants: [{ role: 'viewer', topics: ['payment.*'] }] })
    expect(limited.some(one => one.name === service)).toBe(false)
  })

  it('a registered domain is one that names may have, at once', async () => {
    const check = () =>
      checkName(ctx(), names.check.input.parse({ cluster: 'c', name: `shipping.${service}.sent` }))
    expect((await check()).valid).toBe(false)
    await put('domain', 'shipping')
    expect((await check()).valid).toBe(true)
    expect(await removeCatalogueEntry(ctx(), { kind: 'domain', name: 'shipping', revision: 1 })).toBeTruthy()
    expect((await check()).valid).toBe(false)
  })

  it('keeps two writers apart, and entries that others name', async () => {
    expect(await refusal(put('owner', 'order-team', { contact: 'x' }))).toBe('REVISION_STALE')
    expect(
      (await put('owner', 'order-team', { contact: 'y', slackChannel: '#order', revision: 1 })).revision,
    ).toBe(2)
    expect(await refusal(put('owner', 'order-team', { contact: 'z', revision: 1 }))).toBe('REVISION_STALE')
    expect(
      await refusal(removeCatalogueEntry(ctx(), { kind: 'owner', name: 'order-team', revision: 2 })),
    ).toBe('STATE_CONFLICT')
    expect(await refusal(put('service', 'x', { owner: 'nobody' }))).toBe('INPUT_INVALID')
    expect(await refusal(put('domain', '주문'))).toBe('INPUT_INVALID')
    expect(await refusal(put('domain', 'x', {}, { roles: ['developer'] }))).toBe('DENIED')
    const audit = await listAudit(ctx(), { resource: 'owner:order-team', limit: 10 })
    expect(audit.items.map(item => [item.action, item.outcome, item.code])).toEqual([
      ['catalogue.remove', 'failed', 'STATE_CONFLICT'],
      ['catalogue.write', 'failed', 'REVISION_STALE'],
      ['catalogue.write', 'succeeded', null],
      ['catalogue.write', 'failed', 'REVISION_STALE'],
      ['catalogue.write', 'succeeded', null],
    ])
  })
})

describe('what people say of a topic', () => {
  it('is kept, shown in lists, found by, and locked', async () => {
    const one = { cluster: 'c', topic }
    expect(await getTopicFacts(ctx(), one)).toMatchObject({ owner: null, revision: 0, team: null })
    const said = {
      owner: 'order-team',
      description: 'Orders',
      classification: 'internal',
      schema: null,
      tags: ['core', 'core'],
    }
    const kept = await putTopicFacts(ctx(), { ...one, ...said, revision: 0 })
    expect(kept).toMatchObject({ owner: 'order-team', tags: ['core'], revision: 1 })
    expect(await getTopicFacts(ctx(), one)).toMatchObject({ team: { slackChannel: '#order' } })
    expect(await refusal(putTopicFacts(ctx(), { ...one, ...said, revision: 0 }))).toBe('REVISION_STALE')
    for (const wrong of [{ owner: 'nobody' }, { classification: 'cosmic' }])
      expect(await refusal(putTopicFacts(ctx(), { ...one, ...said, ...wrong, revision: 1 }))).toBe(
        'INPUT_INVALID',
      )
    expect(
      await refusal(putTopicFacts(ctx({ roles: ['developer'] }), { ...one, ...said, revision: 1 })),
    ).toBe('DENIED')
    const find = async (filter: object) => {
      const input = topicContracts.list.input.parse({ cluster: 'c', query: service, ...filter })
      return (await listTopics(ctx(), input)).items
    }
    expect(await find({ owner: 'order-team' })).toMatchObject([
      { name: topic, description: 'Orders', tags: ['core'] },
    ])
    expect(await find({ tag: 'core' })).toHaveLength(1)
    expect(await find({ owner: '-' })).toHaveLength(0)
    await putTopicFacts(ctx(), { ...one, ...said, tags: ['team:stock-team', 'note: order'], revision: 1 })
    const { items } = await listCatalogue(ctx(), { cluster: 'c' })
    expect(items.filter(entry => entry.sources.includes('tags'))).toMatchObject([
      { kind: 'owner', name: 'stock-team', revision: 0 },
    ])
  })
})
