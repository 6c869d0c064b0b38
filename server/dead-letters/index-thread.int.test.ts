import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { connectTestProducer } from '@/scripts/services/test-producer'
import { testCluster, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { makeTopic } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import type { Store } from '@/server/store/types'
import { ClusterDeadLetterIndex } from './cluster-index'
import { IndexThread } from './index-thread'
import { recordsOf, springHeaders, until } from './testing'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
const clock = { now: () => Date.now() }
const config = testCluster(kafkaBootstrap(), { id: 'thread' })
const clusters = createKafkaClusters([config], { clock })
const cluster = clusters.get('thread')
let store: Store
const workers: Worker[] = []
/** The entry as Node runs it without a build. */
const spawn = () => {
  const hooks = new URL('../../scripts/lib/alias-hooks.mjs', import.meta.url).href
  const worker = new Worker(new URL('./index-worker.ts', import.meta.url), { execArgv: ['--import', hooks] })
  workers.push(worker)
  return worker
}
beforeAll(async () => {
  store = await testStore()
})
afterAll(async () => {
  await clusters.close()
  await store.close()
})

it('a worker thread reads what the index holds; killed, it is started again and nothing is lost or doubled', async () => {
  const topic = `${uniqueName('thread')}-dlt`
  await makeTopic(cluster, { name: topic, partitions: 3 })
  const producer = await connectTestProducer()
  const send = (from: number, count: number) =>
    producer.send({
      topic,
      messages: Array.from({ length: count }, (_, i) => ({
        partition: (from + i) % 3,
        key: `k-${from + i}`,
        value: '{}',
        headers: Object.fromEntries(
          springHeaders({ offset: from + i, topic: 'orders' }).map(({ name, value }) => [
            name.toString(),
            value ?? Buffer.alloc(0),
          ]),
        ),
      })),
    })
  await send(0, 3000)
  const thread = new IndexThread(spawn)
  const index = new ClusterDeadLetterIndex({
    cluster,
    store,
    clock,
    log: silentLogger,
    openLetters: (one, readingOf) => thread.openFetcher(one.config, readingOf),
  })
  index.start()
  const rows = () => recordsOf(index, { topic, may: () => true })
  await until(
    '3,000 letters',
    () => rows().length >= 3000,
    40_000,
    () => rows().length,
  )
  await workers[0]?.terminate()
  await send(3000, 300)
  await until(
    '300 more by another worker',
    () => rows().length >= 3300,
    40_000,
    () => rows().length,
  )
  expect(workers.length).toBeGreaterThan(1)
  expect(new Set(rows().map(({ message }) => `${message.partition}/${message.offset}`)).size).toBe(3300)
  expect(thread.broken).toBe(false)
  await producer.disconnect()
  await index.stop()
  await cluster.deleteTopic(topic)
})
