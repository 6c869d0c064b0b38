import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { deadLetterStatus } from '@/server/store/schema'
import { FakeCluster, genericHeaders, IndexBench, NOW, springHeaders, until } from './testing'

const bench = new IndexBench()
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })
beforeAll(async () => void (await bench.store))
afterEach(() => bench.stop())
afterAll(() => bench.close())

it('tells which letters a truncation takes, and of how many nobody knows', async () => {
  const cluster = new FakeCluster({ id: 'going' })
  cluster.topic('a-dlt', 2)
  cluster.topic('b-dlt')
  for (let i = 0; i < 6; i++)
    cluster.append('a-dlt', i % 2, {
      headers: i < 4 ? springHeaders({ offset: i }) : genericHeaders(),
      timestampMs: NOW - 1000 + i,
    })
  cluster.append('b-dlt', 0, { headers: springHeaders({}) })
  const index = await bench.run(cluster)
  await until('complete', () => index.complete())
  index.markReplayed('a-dlt', [{ partition: 0, offset: 0n }])
  const below = (...ends: [number, bigint][]) => index.lettersBelow('a-dlt', new Map(ends))
  expect(below([0, 3n], [1, 2n])).toMatchObject({
    count: 5,
    open: 4,
    unseen: 4,
    issueCount: 2,
    issues: [
      { exceptionClass: 'com.acme.pay.CardDeclinedException', count: 4, open: 3, unseen: true },
      { count: 1, open: 1, unseen: true },
    ],
  })
  expect(below([0, 1n])).toMatchObject({ count: 1, open: 0, unseen: 0, issueCount: 1 })
  expect(below()).toEqual({ count: 0, open: 0, unseen: 0, issueCount: 0, issues: [] })

  const fingerprint =
    index.issues({ may: () => true }).find(one => one.family === 'spring')?.fingerprint ?? ''
  await (await bench.store).db.insert(deadLetterStatus).values({
    cluster: 'going',
    fingerprint,
    status: 'acknowledged',
    by: 'kim',
    atMs: NOW,
    firstSeenMs: NOW,
  })
  await index.triageChanged()
  expect(below([0, 3n], [1, 2n])).toMatchObject({ open: 4, unseen: 1 })
})
