import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messages } from '@/lib/contracts/messages'
import { produce } from '@/lib/contracts/produce'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { produceBatch } from '@/server/produce/produce-batch'
import { produceMessage } from '@/server/produce/produce-message'
import { exportMessages } from './export-messages'
import { streamMessages } from './stream-messages'
import { openReading } from './testing'

// What is wrong with a question is said before anything is read, by each way of asking it.

const reading = openReading(kafkaBootstrap())
afterAll(() => reading.close())

let topic: string
beforeAll(async () => {
  topic = await reading.topicOf()
  await reading.send(topic, [{ key: 'a', value: 'one' }])
})

type Query = { topic: string } & Record<string, unknown>

async function streamed(query: Query) {
  const events = streamMessages(reading.ctx, messages.stream.input.parse({ cluster: 'test', ...query }))
  try {
    return (await events.next()).value
  } finally {
    await events.return(undefined)
  }
}

const WAYS: [string, (query: Query) => Promise<unknown>][] = [
  ['a page', ({ topic, ...query }) => reading.list(topic, query)],
  ['a page that searches', ({ topic, ...query }) => reading.list(topic, { ...query, contains: 'x' })],
  ['a search', query => streamed({ ...query, contains: 'x' })],
  ['a live tail', query => streamed({ ...query, follow: true })],
  [
    'an export',
    query => exportMessages(reading.ctx, messages.export.input.parse({ cluster: 'test', ...query })),
  ],
]

describe.each(WAYS)('%s', (_, ask) => {
  it('of an unknown topic is refused', async () => {
    const nowhere = uniqueName('nowhere')
    await expect(ask({ topic: nowhere })).rejects.toMatchObject({
      code: 'TOPIC_UNKNOWN',
      params: { topic: nowhere },
    })
  })

  it('of a partition that the topic has not is refused', async () => {
    await expect(ask({ topic, partition: [99] })).rejects.toMatchObject({
      code: 'PARTITION_UNKNOWN',
      params: { topic, partition: 99 },
    })
  })

  it('from a day that no calendar has is refused with the field', async () => {
    await expect(ask({ topic, from: 'time:2026-02-31T25:00:00Z' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      fields: [{ path: 'from', code: 'FORMAT' }],
    })
  })

  it('by a filter that is none is refused with the column', async () => {
    await expect(ask({ topic, filter: 'value.a ==' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      fields: [{ path: 'filter', code: 'FILTER_SYNTAX', params: { line: 1 } }],
    })
  })
})

// A live tail goes on by itself: it takes no cursor.
it.each(WAYS.filter(([way]) => way !== 'a live tail'))(
  '%s from a cursor of nobody’s is refused',
  async (_, ask) => {
    for (const cursor of ['AQDyXNeCFIuQNgISAAkAAA', '%%%', 'x'])
      await expect(ask({ topic, cursor })).rejects.toMatchObject({ code: 'CURSOR_INVALID' })
  },
)

it('a live tail of several topics names the one that is unknown', async () => {
  const nowhere = uniqueName('nowhere')
  await expect(streamed({ topic, also: [nowhere], follow: true })).rejects.toMatchObject({
    code: 'TOPIC_UNKNOWN',
    params: { topic: nowhere },
  })
})

it('nothing is written to an unknown topic, and none is made by it', async () => {
  const nowhere = { cluster: 'test', topic: uniqueName('nowhere') }
  const one = produce.one.input.parse({ ...nowhere, value: { data: 'x' } })
  await expect(produceMessage(reading.ctx, one)).rejects.toMatchObject({ code: 'TOPIC_UNKNOWN' })
  const many = produce.many.input.parse({ ...nowhere, lines: ['{"value":null}'] })
  await expect(produceBatch(reading.ctx, many)).rejects.toMatchObject({ code: 'TOPIC_UNKNOWN' })
  await expect(reading.list(nowhere.topic)).rejects.toMatchObject({ code: 'TOPIC_UNKNOWN' })
})
