import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '@/lib/contracts/catalogue'
import { groups as contracts, type GroupRow, type GroupSort, groupSort } from '@/lib/contracts/groups'
import type { AppError } from '@/lib/errors'
import { freshDatabaseUrl } from '@/scripts/services/in-test'
import { putCatalogueEntry } from '@/server/catalogue/write-entry'
import { testCluster, testContext, testStore } from '@/server/http/testing'
import type { KafkaCluster } from '@/server/kafka/port'
import type { Services } from '@/server/services'
import type { Store } from '@/server/store/types'
import { getGroup } from './get-group'
import { listGroups } from './list-groups'
import { pinGroup } from './pin-group'
import { MOST_PINS } from './pins'
import type { LagSampler } from './service'
import { unpinGroup } from './unpin-group'

const MANY = 10_000
const SAMPLED_AT = '2026-11-21T00:00:00.000Z'
const STATUSES = ['ok', 'warn', 'stall', 'stop', 'rewind', 'unknown'] as const
const SERVICES = ['order-service', 'billing', 'search'] as const

/** Ids that a list, an index and a cursor must all bear. */
const ODD = {
  empty: '',
  long: `${'가'.repeat(20_000)}-end`,
  tilde: '~hash',
  nul: 'a\0b',
  lone: 'half \ud800',
  path: '../../?x=1#y',
}

const rowOf = (group: string, i: number): GroupRow => ({
  group,
  type: (['classic', 'consumer', 'share', 'streams'] as const)[i % 4] ?? 'classic',
  protocolType: 'consumer',
  state: i % 5 === 0 ? 'Empty' : 'Stable',
  status: STATUSES[i % STATUSES.length] ?? 'ok',
  members: i % 7,
  topics: [i % 2 === 0 ? 'order.order-service.created' : 'payment.billing.paid'],
  lag: i % 11 === 0 ? null : String(i % 1000),
  timeLagMs: i % 13 === 0 ? null : i % 997,
  trendPerSecond: i % 17 === 0 ? null : (i % 21) - 10,
  consumePerSecond: null,
  producePerSecond: null,
  catchUpMs: null,
  spark: [],
  coordinator: 1,
  sampledAt: SAMPLED_AT,
  problem: null,
})
const names = [
  ...Array.from({ length: MANY }, (_, i) => `${SERVICES[i % 3]}-${String(i).padStart(5, '0')}`),
  ...Object.values(ODD),
]
const rows = names.map(rowOf)
const byName = new Map(rows.map(row => [row.group, row]))

/** What verbs ask of a sampler that has taken its snapshot. */
const sampler: Partial<LagSampler> = {
  ready: async () => undefined,
  snapshot: () => ({ rows, sampledAtMs: Date.parse(SAMPLED_AT) }),
  problems: () => [],
  row: group => byName.get(group) ?? null,
  description: group => {
    const row = byName.get(group)
    const { type, protocolType, state } = row ?? rowOf('', 0)
    const listed = { group, type, protocolType, state, coordinator: 1 }
    const described = { assignor: null, epoch: null, assignmentEpoch: null, members: [], subtopologies: null }
    return row ? { ...listed, ...described } : null
  },
  partitions: () => [],
  find: async group => byName.has(group),
  facts: () => ({ changes: [], emptySinceMs: null, retentionMs: null }),
}
const config = testCluster('127.0.0.1:9092', { id: 'c' })
const clusters = {
  get: () => config as unknown as KafkaCluster,
  list: () => [config],
  close: async () => undefined,
}
const services = { lag: { of: () => sampler } } as unknown as Partial<Services>

type Over = Parameters<typeof testContext>[0]

describe.each([
  ['PGlite', () => null],
  ['PostgreSQL', freshDatabaseUrl],
])('ten thousand groups, pins in %s', (_, databaseUrl) => {
  let store: Store
  const ctx = (name: string, over: Over = {}) =>
    testContext({ clusters, services, store, actor: { name }, ...over })
  const list = (name: string, input: object = {}, over: Over = {}) =>
    listGroups(ctx(name, over), contracts.list.input.parse({ cluster: 'c', limit: 5, ...input }))
  const pin = (name: string, group: string, over: Over = {}) =>
    pinGroup(ctx(name, over), { cluster: 'c', group })
  const unpin = (name: string, group: string) => unpinGroup(ctx(name), { cluster: 'c', group })
  const refusal = (call: Promise<unknown>) =>
    call.then(
      () => 'done',
      (error: AppError) => error.code,
    )

  beforeAll(async () => {
    store = await testStore(await databaseUrl())
    const put = (kind: string, name: string, more: object = {}) =>
      putCatalogueEntry(ctx('admin'), catalogue.put.input.parse({ kind, name, revision: 0, ...more }))
    await put('owner', 'order-team')
    await put('owner', 'money-team')
    await put('service', 'order-service', { owner: 'order-team' })
    await put('service', 'billing', { owner: 'money-team' })
  })
  afterAll(() => store.close())

  it('each has the team of its service; the list is filtered by it, and names all teams', async () => {
    const page = await list('kim', { owner: 'order-team', limit: 1000 })
    expect(contracts.list.output.parse(page)).toEqual(page)
    expect(page.matched).toBe(Math.ceil(MANY / 3))
    expect(
      page.items.every(row => row.group.startsWith('order-service-') && row.owner === 'order-team'),
    ).toBe(true)
    expect(page.owners).toEqual(['money-team', 'order-team'])
    const nobody = await list('kim', { owner: '-', query: 'search' })
    expect(nobody.matched).toBe(Math.floor(MANY / 3))
    expect(nobody.items[0]?.owner).toBeNull()
    expect((await list('kim', { owner: 'no-such-team' })).matched).toBe(0)
    expect((await getGroup(ctx('kim'), { cluster: 'c', group: 'billing-00001' })).owner).toBe('money-team')
  })

  it('the pinned come first in every order, page after page, and every group comes once', async () => {
    const pinned = ['search-09998', 'billing-00001', 'order-service-00300']
    for (const group of pinned) expect(await pin('kim', group)).toEqual({ pinned: true })
    await pin('kim', 'billing-00001')
    for (const sort of groupSort.options) {
      const first = await list('kim', { sort })
      expect(first.items.map(row => row.pinned)).toEqual([true, true, true, false, false])
      expect(
        first.items
          .slice(0, 3)
          .map(row => row.group)
          .sort(),
      ).toEqual([...pinned].sort())
      const next = await list('kim', { sort, cursor: first.next ?? '' })
      expect(next.items.some(row => row.pinned)).toBe(false)
    }
    const walk = async (sort: GroupSort) => {
      const found: string[] = []
      let cursor: string | null = null
      do {
        const page: Awaited<ReturnType<typeof list>> = await list('kim', {
          sort,
          limit: 1000,
          ...(cursor === null ? {} : { cursor }),
        })
        found.push(...page.items.map(row => row.group))
        cursor = page.next
      } while (cursor !== null)
      return found
    }
    const all = await walk('-timeLag')
    expect(all).toHaveLength(names.length)
    expect(new Set(all).size).toBe(names.length)
  })

  it('pins are a person’s own, also on the group’s page, and alone when asked so', async () => {
    expect((await list('lee', { pinned: 'true' })).matched).toBe(0)
    const mine = await list('kim', { pinned: 'true', sort: 'name' })
    expect(mine.items.map(row => row.group)).toEqual(['billing-00001', 'order-service-00300', 'search-09998'])
    const page = (name: string) => getGroup(ctx(name), { cluster: 'c', group: 'search-09998' })
    expect([(await page('kim')).pinned, (await page('lee')).pinned]).toEqual([true, false])
    expect(await unpin('kim', 'search-09998')).toEqual({ pinned: false })
    expect(await unpin('kim', 'search-09998')).toEqual({ pinned: false })
    expect((await page('kim')).pinned).toBe(false)
    expect((await list('kim', { pinned: 'true' })).matched).toBe(2)
  })

  it.each(Object.entries(ODD))(
    'a group of a hostile name (%s) is pinned and unpinned like any other',
    async (_name, group) => {
      await pin('odd', group)
      expect((await list('odd', { pinned: 'true' })).items.map(row => row.group)).toEqual([group])
      await unpin('odd', group)
      expect((await list('odd', { pinned: 'true' })).matched).toBe(0)
    },
  )

  it('refuses what is not there or not seen, and the one too many', async () => {
    expect(await refusal(pin('kim', 'no-such-group'))).toBe('GROUP_UNKNOWN')
    const limited = { grants: [{ role: 'viewer' as const, topics: ['payment.*'] }] }
    expect(await refusal(pin('kim', 'search-00002', limited))).toBe('GROUP_UNKNOWN')
    expect(await refusal(pin('kim', 'billing-00001', limited))).toBe('done')
    for (const group of names.slice(0, MOST_PINS)) await pin('collector', group)
    expect(await refusal(pin('collector', names[MOST_PINS] ?? ''))).toBe('INPUT_INVALID')
    expect((await list('collector', { pinned: 'true' })).matched).toBe(MOST_PINS)
  })
})

it('without a store the list stands, unpinned, and says why', async () => {
  const page = await listGroups(
    testContext({ clusters, services }),
    contracts.list.input.parse({ cluster: 'c' }),
  )
  expect(page.items.length).toBe(100)
  expect(page.problems?.map(problem => problem.scope)).toEqual(['pins'])
})

describe('of ten thousand groups', () => {
  const list = (input: object) =>
    listGroups(testContext({ clusters, services }), contracts.list.input.parse({ cluster: 'c', ...input }))
  const expected = (holds: (row: GroupRow) => boolean) => rows.filter(holds).length

  it.each<[string, object, (row: GroupRow) => boolean]>([
    ['a part of the name in any case', { query: 'BILLING-000' }, row => row.group.startsWith('billing-000')],
    ['a name of a thousand characters', { query: 'x'.repeat(1000) }, () => false],
    ['a status', { status: 'stall' }, row => row.status === 'stall'],
    ['a type', { type: 'share' }, row => row.type === 'share'],
    ['Kafka’s own state', { state: 'Empty' }, row => row.state === 'Empty'],
    ['a topic', { topic: 'payment.billing.paid' }, row => row.topics.includes('payment.billing.paid')],
    [
      'all of it together',
      { query: 'order', status: 'ok', type: 'consumer', topic: 'payment.billing.paid' },
      row => row.group.includes('order') && row.status === 'ok' && row.type === 'consumer',
    ],
  ])('those with %s are found', async (_name, filter, holds) => {
    const page = await list({ ...filter, limit: 1000 })
    expect(page.matched).toBe(expected(holds))
    expect(page.total).toBe(names.length)
    expect(page.items.every(holds)).toBe(true)
  })

  it.each<[GroupSort, (row: GroupRow) => number | null]>([
    ['-lag', row => (row.lag === null ? null : Number(row.lag))],
    ['lag', row => (row.lag === null ? null : Number(row.lag))],
    ['-timeLag', row => row.timeLagMs],
    ['-trend', row => row.trendPerSecond],
    ['trend', row => row.trendPerSecond],
    ['-members', row => row.members],
  ])('by %s the order is that of the numbers, and the unknown come last', async (sort, of) => {
    const first = await list({ sort, limit: 1000 })
    const found = first.items.map(of)
    const known = rows.map(of).filter(value => value !== null)
    const direction = sort.startsWith('-') ? -1 : 1
    expect(found).toEqual(known.sort((a, b) => direction * (a - b)).slice(0, 1000))
  })

  it('by status the worst come first, and of these the latest', async () => {
    const { items } = await list({ limit: 1000 })
    expect(new Set(items.map(row => row.status))).toEqual(new Set(['stop']))
    const late = items.map(row => row.timeLagMs ?? -1)
    expect(late).toEqual([...late].sort((a, b) => b - a))
  })
})
