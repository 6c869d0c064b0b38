import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { DeadLetterRow } from '@/lib/contracts/dead-letters'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { type SpringApp, startSpringApp } from '@/scripts/services/spring/spring-app'
import { connectTestProducer } from '@/scripts/services/test-producer'
import { testCluster, testContext, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { makeTopic } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { createReplayRunners } from '@/server/replays/create-service'
import { plan, run, untilState } from '@/server/replays/testing'
import { noSchemas } from '@/server/schemas/create-service'
import type { Store } from '@/server/store/types'
import { ClusterDeadLetterIndex } from './cluster-index'
import { getRecord } from './get-record'
import { recordsOf, until } from './testing'

// Virtual machines start in their own time, and the first run fetches Spring.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const CLUSTER = 'test'
const clock = { now: () => Date.now() }
const clusters = createKafkaClusters([testCluster(kafkaBootstrap(), { id: CLUSTER })], { clock })
const cluster = clusters.get(CLUSTER)
const plainTopic = uniqueName('spring-orders')
const retryTopic = uniqueName('spring-ships')
const group = uniqueName('spring-service')
const topics = [plainTopic, `${plainTopic}-dlt`, retryTopic, `${retryTopic}-retry`, `${retryTopic}-dlt`]
let store: Store
let index: ClusterDeadLetterIndex
let app: SpringApp | null = null

beforeAll(async () => {
  store = await testStore()
  for (const name of topics) await makeTopic(cluster, { name, partitions: 2 })
  index = new ClusterDeadLetterIndex({ cluster, store, clock, log: silentLogger })
  index.start()
})
afterAll(async () => {
  await app?.stop()
  await index.stop()
  await Promise.all(topics.map(name => cluster.deleteTopic(name).catch(() => undefined)))
  await clusters.close()
  await store.close()
})

const start = (ill: boolean) =>
  startSpringApp({ bootstrap: kafkaBootstrap(), plainTopic, retryTopic, group, ill })

test('what a real Spring Kafka service gave up is understood, replayed, and taken by the healed service once each', async () => {
  app = await start(true)
  const producer = await connectTestProducer()
  const sent = ['refuse', 'fine', 'refuse'].map((word, i) => ({
    key: `o-${i}`,
    value: `{"order":${i},"do":"${word}"}`,
    partition: i % 2,
    headers: {
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      'error-message': 'mine',
    },
  }))
  for (const topic of [plainTopic, retryTopic]) await producer.send({ topic, messages: sent })
  await producer.disconnect()
  const lettersOf = (topic: string): readonly DeadLetterRow[] => recordsOf(index, { topic, may: () => true })
  await until(
    'letters of both listeners',
    () => lettersOf(`${plainTopic}-dlt`).length === 2 && lettersOf(`${retryTopic}-dlt`).length === 2,
    60_000,
    () => app?.deliveries(),
  )
  await app.stop()

  const [plain] = lettersOf(`${plainTopic}-dlt`)
  expect(plain).toMatchObject({
    family: 'spring',
    exceptionClass: 'java.lang.IllegalStateException',
    consumerGroup: `${group}-plain`,
    origin: { topic: plainTopic, partition: 0 },
    status: 'new',
  })
  const [retried] = lettersOf(`${retryTopic}-dlt`)
  expect(retried).toMatchObject({
    family: 'spring-retry',
    exceptionClass: 'java.lang.IllegalStateException',
    origin: { topic: retryTopic, partition: 0 },
    attempts: 3,
  })
  const runners = createReplayRunners(
    { clusters, store, clock, schemas: noSchemas, log: silentLogger },
    { of: () => index },
  )
  const runner = runners.of(CLUSTER)
  runner.start()
  const ctx = testContext({
    clusters,
    store,
    services: { deadLetters: { of: () => index }, replays: runners },
  })
  const letter = await getRecord(ctx, {
    cluster: CLUSTER,
    topic: `${plainTopic}-dlt`,
    partition: plain?.partition ?? 0,
    offset: plain?.offset ?? '',
  })
  expect(letter).toMatchObject({
    exception: {
      class: 'org.springframework.kafka.listener.ListenerExecutionFailedException',
      rootCause: 'java.lang.IllegalStateException',
      message: expect.stringMatching(/^card \d+ refused$/),
    },
    originState: 'present',
  })
  // Spring's frames fold; the service's own stay.
  const application = letter.frames.filter(line => line.application && line.text.includes('\tat '))
  expect(application.map(line => line.text.trim())).toContainEqual(
    expect.stringMatching(/^at milena\.SpringApp\.take\(/),
  )
  expect(application.every(line => line.text.includes('at milena.'))).toBe(true)

  for (const topic of [`${plainTopic}-dlt`, `${retryTopic}-dlt`]) {
    const planned = await plan(ctx, { selection: { topic } })
    expect(planned).toMatchObject({ selected: 2, replayable: 2, refused: 0 })
    const started = await run(ctx, { planId: planned.planId })
    expect(await untilState(ctx, started.id, ['completed', 'partial', 'failed', 'stopped'])).toMatchObject({
      state: 'completed',
      replayed: 2,
    })
  }
  await runner.stop()
  await until('all letters replayed', () =>
    [`${plainTopic}-dlt`, `${retryTopic}-dlt`].every(topic =>
      lettersOf(topic).every(row => row.status === 'replayed'),
    ),
  )

  app = await start(false)
  const taken = () => app?.deliveries().filter(one => one.outcome === 'TAKEN') ?? []
  await until('replayed records', () => taken().length >= 4, 60_000, taken)
  const values = (listener: string) =>
    taken()
      .filter(one => one.listener === listener)
      .map(one => one.value)
      .sort()
  const wanted = sent.filter(one => one.value.includes('refuse')).map(one => one.value)
  expect(values('plain')).toEqual(wanted)
  expect(values('retry')).toEqual(wanted)
  for (const one of taken()) {
    expect(one.topic).toBe(one.listener === 'plain' ? plainTopic : retryTopic)
    expect(one.headers).toEqual(expect.arrayContaining(['traceparent', 'error-message', 'x-replay-id']))
    // Retry state that stayed would send it straight back to its dead letters.
    expect(
      one.headers.filter(name => /^(kafka_dlt|kafka_original|kafka_exception|retry_topic)/.test(name)),
    ).toEqual([])
  }
})
