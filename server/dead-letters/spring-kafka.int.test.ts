import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { type SpringApp, startSpringApp } from '@/scripts/services/spring/spring-app'
import { connectTestProducer } from '@/scripts/services/test-producer'
import { CLUSTER } from '@/server/replays/testing'
import { type FrameworkBed, openFrameworkBed } from './framework-bed'
import { getRecord } from './get-record'
import { until } from './testing'

// Virtual machines start in their own time, and the first run fetches Spring.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const plainTopic = uniqueName('spring-orders')
const retryTopic = uniqueName('spring-ships')
const group = uniqueName('spring-service')
const topics = [plainTopic, `${plainTopic}-dlt`, retryTopic, `${retryTopic}-retry`, `${retryTopic}-dlt`]
let bed: FrameworkBed
let app: SpringApp | null = null

beforeAll(async () => {
  bed = await openFrameworkBed(topics.map(name => ({ name, partitions: 2 })))
})
afterAll(async () => {
  await app?.stop()
  await bed?.close()
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
  const { ctx, lettersOf } = bed
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
    exception: { class: 'java.lang.IllegalStateException' },
    consumerGroup: `${group}-plain`,
    origin: { topic: plainTopic, partition: 0 },
    status: 'new',
  })
  const [retried] = lettersOf(`${retryTopic}-dlt`)
  expect(retried).toMatchObject({
    family: 'spring-retry',
    exception: { class: 'java.lang.IllegalStateException' },
    origin: { topic: retryTopic, partition: 0 },
    attempts: 3,
  })
  const letter = await getRecord(ctx, {
    cluster: CLUSTER,
    topic: `${plainTopic}-dlt`,
    partition: plain?.message.partition ?? 0,
    offset: plain?.message.offset ?? '',
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

  for (const topic of [`${plainTopic}-dlt`, `${retryTopic}-dlt`])
    expect(await bed.replayAll({ selection: { topic } })).toMatchObject({ selected: 2 })
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
