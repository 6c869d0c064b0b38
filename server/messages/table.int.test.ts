import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messages } from '@/lib/contracts/messages'
import { freshDatabaseUrl } from '@/scripts/services/in-test'
import { testContext, testStore } from '@/server/http/testing'
import { sweep } from '@/server/janitor/sweep'
import { testCluster } from '@/server/kafka/testing'
import { messageTable } from '@/server/store/schema'
import type { Store } from '@/server/store/types'
import { getTable } from './get-table'
import { putTable, TABLES_OF_ONE } from './put-table'

const NOW = 1_795_000_000_000
const YEAR_AND_MORE_MS = 401 * 86_400_000
const NEVER = { columns: null, density: null, time: null }

const dialects: [string, () => Promise<string | null>][] = [
  ['pglite', async () => null],
  ['postgres', freshDatabaseUrl],
]

/** No broker is asked: the cluster only has to be there. */
const cluster = testCluster('127.0.0.1:1')
const clusters = { get: () => cluster, list: () => [cluster.config], close: () => cluster.close() }

describe.each(dialects)('how a person sees tables, on %s', (_, databaseUrl) => {
  let store: Store
  let nowMs = NOW
  beforeAll(async () => {
    store = await testStore(await databaseUrl())
  })
  afterAll(() => store?.close())

  const as = (name: string) => {
    const usual = testContext({ store, clusters, clock: { now: () => nowMs++ } })
    return { ...usual, actor: { ...usual.actor, name } }
  }
  const of = (topic: string) => ({ cluster: 'test', topic })
  const put = (name: string, topic: string, change: object) =>
    putTable(as(name), messages.putTable.input.parse({ ...of(topic), ...change }))
  const get = (name: string, topic: string) => getTable(as(name), of(topic))

  it('columns are of a topic, rows and times of all; what is left out stays; nobody else has them', async () => {
    expect(await get('kim', 'orders')).toEqual(NEVER)
    await put('kim', 'orders', { columns: ['value.b', 'value.a'], density: 'wide' })
    expect(await put('kim', 'orders', { time: 'epoch' })).toEqual({
      columns: ['value.b', 'value.a'],
      density: 'wide',
      time: 'epoch',
    })
    expect(await get('kim', 'payments')).toEqual({ columns: null, density: 'wide', time: 'epoch' })
    expect(await put('kim', 'orders', { columns: [] })).toMatchObject({ columns: [], density: 'wide' })
    expect(await get('lee', 'orders')).toEqual(NEVER)
  })

  it('refuses what is too much, and who may not read the records', async () => {
    const input = messages.putTable.input
    const path = Array.from({ length: 13 }, (_, i) => `value.f${i}`)
    expect(input.safeParse({ ...of('orders'), columns: path }).success).toBe(false)
    expect(input.safeParse({ ...of('orders'), columns: ['x'.repeat(5000)] }).success).toBe(false)
    const auditor = { ...as('kim'), actor: { ...as('kim').actor, grants: [{ role: 'auditor' as const }] } }
    await expect(getTable(auditor, of('orders'))).rejects.toMatchObject({ code: 'DENIED' })
    await expect(putTable(auditor, of('orders'))).rejects.toMatchObject({ code: 'DENIED' })
  })

  it('keeps the topics changed last, and nothing for years', async () => {
    await put('park', 'first', { columns: ['value.a'], time: 'epoch' })
    const others = Array.from({ length: TABLES_OF_ONE - 1 }, (_, i) => ({
      person: 'park',
      ...of(`t${i}`),
      columns: '["value.a"]',
      updatedAtMs: nowMs++,
    }))
    await store.db.insert(messageTable).values(others)
    expect((await get('park', 'first')).columns).toEqual(['value.a'])
    await put('park', 'last', { columns: ['value.b'] })
    expect(await get('park', 'first')).toEqual({ columns: null, density: null, time: 'epoch' })
    expect((await get('park', 't0')).columns).toEqual(['value.a'])
    const swept = await sweep(store, { nowMs: nowMs + YEAR_AND_MORE_MS, replaysBeforeMs: null })
    expect(swept.tables).toBeGreaterThan(TABLES_OF_ONE)
    expect(await get('park', 't0')).toEqual(NEVER)
  })
})
