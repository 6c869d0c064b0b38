import { afterAll, beforeAll, expect, it } from 'vitest'
import { testContext, testStore } from '@/server/http/testing'
import { testCluster } from '@/server/kafka/testing'
import { savedView } from '@/server/store/schema'
import type { Store } from '@/server/store/types'
import { listViews, saveView, VIEWS_OF_ONE, VIEWS_OF_TOPIC } from './saved-views'

/** No broker is asked: the cluster only has to be there. */
const cluster = testCluster('127.0.0.1:1')
const clusters = { get: () => cluster, list: () => [cluster.config], close: () => cluster.close() }

let store: Store
beforeAll(async () => {
  store = await testStore()
})
afterAll(async () => {
  await store?.close()
  await cluster.close()
})

const as = (name: string) => {
  const usual = testContext({ store, clusters })
  return { ...usual, actor: { ...usual.actor, name } }
}
const save = (name: string, topic: string, view: number, query: Record<string, string[]> = {}) =>
  saveView(as(name), { cluster: 'test', topic, name: `view ${view}`, query, shared: false })
const tooMany = (maximum: number) => ({
  code: 'INPUT_INVALID',
  fields: [{ path: 'query', code: 'TOO_MANY', params: { maximum } }],
})

it('a topic has room for a hundred of one person, of which each can be kept anew', async () => {
  for (let i = 0; i < VIEWS_OF_TOPIC; i++) await save('kim', 'orders', i)
  await expect(save('kim', 'orders', VIEWS_OF_TOPIC)).rejects.toMatchObject(tooMany(VIEWS_OF_TOPIC))
  const again = await save('kim', 'orders', 7, { filter: ['size > 2'] })
  expect(again).toMatchObject({ name: 'view 7', query: { filter: ['size > 2'] } })
  await save('lee', 'orders', VIEWS_OF_TOPIC)
  expect((await listViews(as('kim'), { cluster: 'test', topic: 'orders' })).items).toHaveLength(
    VIEWS_OF_TOPIC,
  )
})

it('whoever names ever more topics comes to an end as well', async () => {
  const row = { cluster: 'test', owner: 'park', name: 'x', query: '{}', shared: false, updatedAtMs: 0 }
  const rows = Array.from({ length: VIEWS_OF_ONE }, (_, i) => ({ ...row, id: `${i}`, topic: `topic-${i}` }))
  await store.db.insert(savedView).values(rows)
  await expect(save('park', 'one-more', 0)).rejects.toMatchObject(tooMany(VIEWS_OF_ONE))
  await save('lee', 'one-more', 0)
})
