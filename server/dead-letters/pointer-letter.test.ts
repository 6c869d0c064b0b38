import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { testContext } from '@/server/http/testing'
import type { KafkaClusters } from '@/server/kafka/port'
import { getRecord } from './get-record'
import { FakeCluster, IndexBench, until } from './testing'

const bench = new IndexBench()
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })
beforeAll(async () => void (await bench.store))
afterEach(() => bench.stop())
afterAll(() => bench.close())

it('a pointer letter of a share group shows the record that it points at, and says when that has expired or may not be read', async () => {
  const cluster = new FakeCluster({ id: 'pointer' })
  cluster.topic('orders')
  cluster.topic('dlq.orders')
  cluster.append('orders', 0, { key: 'o-0', value: '{"n":0}' })
  const text = (name: string, value: string) => ({ name: Buffer.from(name), value: Buffer.from(value) })
  cluster.append('dlq.orders', 0, {
    headers: [
      text('__dlq.errors.topic', 'orders'),
      text('__dlq.errors.partition', '0'),
      text('__dlq.errors.offset', '0'),
      text('__dlq.errors.group', 'share-orders'),
      text('__dlq.errors.message', 'Offset delivery count exceeded the threshold.'),
    ],
  })
  const index = await bench.run(cluster)
  await until('complete', () => index.complete())
  const clusters = { get: () => cluster.asPort(), list: () => [cluster.config], close: async () => undefined }
  const read = (topics: string[]) =>
    getRecord(
      testContext({
        store: bench.opened,
        clusters: clusters as unknown as KafkaClusters,
        services: { deadLetters: { of: () => index } },
        grants: [{ role: 'operator', topics }],
      }),
      { cluster: 'pointer', topic: 'dlq.orders', partition: 0, offset: '0' },
    )
  const letter = await read(['*'])
  expect(letter).toMatchObject({
    family: 'share',
    originState: 'present',
    source: { partition: 0, offset: '0' },
  })
  expect(letter.notes).toContain('pointer')
  expect(JSON.stringify(letter.source?.value)).toContain('n')
  expect(letter.message.value).not.toEqual(letter.source?.value)
  expect(await read(['dlq.*'])).toMatchObject({ originState: 'denied', source: null })
  cluster.deleteBelow('orders', 0, 1)
  expect(await read(['*'])).toMatchObject({ originState: 'expired', source: null })
})
