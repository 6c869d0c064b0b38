import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  type FrameworksApp,
  frameworkTopics,
  startFrameworksApp,
} from '@/scripts/services/frameworks/frameworks-app'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { connectTestProducer } from '@/scripts/services/test-producer'
import { CLUSTER, plan, readCommitted } from '@/server/replays/testing'
import { type FrameworkBed, openFrameworkBed } from './framework-bed'
import { getRecord } from './get-record'
import { setOrigin } from './set-origin'
import { until } from './testing'

// A virtual machine starts in its own time, and the first run fetches jars.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const name = uniqueName('judge')
const { streams, sink, bare } = frameworkTopics(name)
const topics = [streams, sink, bare].flatMap(one => [one.input, one.letters]).concat(streams.output)
let bed: FrameworkBed
let app: FrameworksApp

beforeAll(async () => {
  bed = await openFrameworkBed(topics.map(one => ({ name: one, partitions: 1 })))
  app = await startFrameworksApp(kafkaBootstrap(), name)
  const producer = await connectTestProducer()
  const headers = { tenant: 'kr' }
  const send = (topic: string, values: string[]) =>
    producer.send({ topic, messages: values.map((value, i) => ({ key: `k-${i}`, value, headers })) })
  await send(streams.input, ['fine', 'refuse 1', 'refuse 2'])
  for (const { input } of [sink, bare])
    await send(input, ['{"amount":"5"}', '{"amount":"many"}', '{"amount":'])
  await producer.disconnect()
  await until(
    'letters of the service and of both sinks',
    () => [streams, sink, bare].every(one => bed.lettersOf(one.letters).length === 2),
    90_000,
    () => app.tail(),
  )
})
afterAll(async () => {
  await app?.stop()
  await bed?.close()
})

const lettersOf = (topic: string) =>
  [...bed.lettersOf(topic)].sort((a, b) => Number(a.message.offset) - Number(b.message.offset))
const letter = (topic: string, offset: string) =>
  getRecord(bed.ctx, { cluster: CLUSTER, topic, partition: 0, offset })

test('a real Kafka Streams service: its letters are understood, mended by a rule, and pass it', async () => {
  const [first] = lettersOf(streams.letters)
  expect(first).toMatchObject({
    family: 'streams',
    origin: { topic: streams.input, partition: 0, offset: '1' },
    exception: { class: 'java.lang.IllegalStateException' },
  })
  const { exception, frames, originState } = await letter(streams.letters, first?.message.offset ?? '')
  expect(exception).toMatchObject({ message: 'limit of 100 exceeded' })
  expect(originState).toBe('present')
  expect(frames.filter(one => one.application && one.text.includes('\tat '))[0]?.text).toContain(
    'at milena.FrameworksApp.charge(',
  )
  // Only another value passes it: each record is mended as a whole.
  for (const { message } of lettersOf(streams.letters)) {
    const { partition, offset } = message
    await bed.replayAll({
      selection: { topic: streams.letters, records: [{ partition, offset }] },
      edit: { value: { encoding: 'text', data: `mended ${offset}` } },
    })
  }
  const passed = async () =>
    (await readCommitted(bed.cluster, streams.output)).map(one => one.value?.toString())
  await expect.poll(passed, { timeout: 60_000 }).toEqual(['fine', 'mended 0', 'mended 1'])
  const headers = (await readCommitted(bed.cluster, streams.input)).at(-1)?.headers ?? []
  const names = headers.map(one => one.name.toString())
  expect(names).toContain('tenant')
  expect(names.filter(one => one.startsWith('__streams.errors'))).toEqual([])
})

test('a real Connect sink: letters of two stages; what an edit mends is written by it once', async () => {
  const [cast, parse] = lettersOf(sink.letters)
  expect(cast).toMatchObject({
    family: 'connect',
    origin: { topic: sink.input, partition: 0, offset: '1' },
    consumerGroup: `connect-${sink.input}-connector`,
  })
  expect(parse).toMatchObject({ origin: { topic: sink.input, offset: '2' } })
  const stages = await Promise.all(
    [cast, parse].map(async one => (await letter(sink.letters, one?.message.offset ?? '')).exception),
  )
  expect(stages).toMatchObject([
    { rootCause: expect.stringMatching(/Exception$/) },
    { class: 'org.apache.kafka.connect.errors.DataException' },
  ])
  const edit = { fields: [{ op: 'set' as const, path: 'amount', json: '7' }] }
  const planned = await plan(bed.ctx, { selection: { topic: sink.letters }, edit })
  expect(planned.refusals).toMatchObject([
    {
      reason: 'edit-failed',
      count: 1,
      samples: [{ offset: parse?.message.offset, params: { problem: 'not-json' } }],
    },
  ])
  const records = [{ partition: 0, offset: cast?.message.offset ?? '' }]
  await bed.replayAll({ selection: { topic: sink.letters, records }, edit })
  await bed.replayAll({
    selection: { topic: sink.letters, records: [{ partition: 0, offset: parse?.message.offset ?? '' }] },
    edit: { value: { encoding: 'json', data: '{"amount":8}' } },
  })
  await until(
    'both lines',
    () => app.lines('sink').length >= 3,
    60_000,
    () => app.tail(),
  )
  expect(app.lines('sink')).toEqual(['{amount=5}', '{amount=7}', '{amount=8}'])
})

test('a Connect sink without context: the target is asked once for the topic, then they go', async () => {
  const [cast] = lettersOf(bare.letters)
  expect(cast).toMatchObject({
    origin: { topic: null, partition: null, offset: null },
    exception: { class: null },
  })
  const selection = { topic: bare.letters, records: [{ partition: 0, offset: cast?.message.offset ?? '' }] }
  expect(await plan(bed.ctx, { selection })).toMatchObject({ replayable: 0, refused: 1 })
  const remembered = await setOrigin(bed.ctx, { cluster: CLUSTER, topic: bare.letters, origin: bare.input })
  expect(remembered).toMatchObject({ originTopic: bare.input })
  await bed.replayAll({ selection, edit: { fields: [{ op: 'set', path: 'amount', json: '9' }] } })
  await until(
    'the line',
    () => app.lines('bare').length >= 2,
    60_000,
    () => app.tail(),
  )
  expect(app.lines('bare')).toEqual(['{amount=5}', '{amount=9}'])
})
