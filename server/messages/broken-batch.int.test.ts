import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventOf } from '@/lib/contracts/endpoint'
import { messages } from '@/lib/contracts/messages'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { API, type BrokerProxy, fetchCode, flipBitIn, openProxy } from '@/scripts/services/kafka-proxy'
import { testStore } from '@/server/http/testing'
import { withProducer } from '@/server/kafka/testing'
import type { Store } from '@/server/store/types'
import { exportMessages } from './export-messages'
import { getExportManifest } from './get-export-manifest'
import { streamMessages } from './stream-messages'
import { openReading, type Page, texts } from './testing'

/** No broker takes a batch whose checksum is wrong: between it and us one bit of a good one is turned over. */
const marker = uniqueName('turned-over')
let proxy: BrokerProxy
let reading: ReturnType<typeof openReading>
let store: Store
let topic: string

const before = ['hit a', 'hit b', 'hit c']
const behind = ['hit d', 'hit e']
const problem = () => ({
  scope: `partition:${topic}/0`,
  code: 'DECODE_FAILED',
  params: { topic, partition: 0, offset: '3', nextOffset: '5', reason: 'checksum', fault: 'checksum' },
})

beforeAll(async () => {
  proxy = await openProxy(kafkaBootstrap())
  reading = openReading(proxy.bootstrap)
  store = await testStore()
  topic = await reading.topicOf()
  await withProducer(reading.cluster, async send => {
    for (const values of [before, [`hit ${marker}`, 'hit beside it'], behind])
      await send(
        topic,
        values.map(value => ({ value })),
      )
  })
  proxy.change(API.fetch, flipBitIn(marker))
})
afterAll(async () => {
  await reading?.close()
  await proxy?.close()
  await store?.close()
})

const stream = (over: object) => {
  const signal = new AbortController().signal
  return streamMessages(
    { ...reading.ctx, signal },
    messages.stream.input.parse({ cluster: 'test', topic, ...over }),
  )
}

describe('a batch with a wrong checksum', () => {
  it('is whole without the bit', async () => {
    proxy.rest()
    expect(texts(await reading.list(topic, { from: 'oldest' }))).toHaveLength(7)
    proxy.change(API.fetch, flipBitIn(marker))
  })

  it.each([
    ['oldest', (rows: string[]) => rows],
    ['newest', (rows: string[]) => rows.toReversed()],
  ] as const)('is left out of a page from the %s, which says so and goes on', async (from, inOrder) => {
    const page: Page = await reading.list(topic, { from })
    expect(texts(page)).toEqual(inOrder([...before, ...behind]))
    expect(page.problems).toEqual([expect.objectContaining(problem())])
  })

  it.each([
    ['oldest', (rows: string[]) => rows],
    ['newest', (rows: string[]) => rows.toReversed()],
  ] as const)('is left out of a search from the %s, which says so and goes on', async (from, inOrder) => {
    const found: string[] = []
    let end: Extract<EventOf<typeof messages.stream>, { event: 'done' }>['data'] | null = null
    for await (const event of stream({ from, contains: 'hit' })) {
      if (event.event === 'record') found.push(event.data.value?.text ?? '')
      if (event.event === 'done') end = event.data
    }
    expect(found).toEqual(inOrder([...before, ...behind]))
    expect(end).toMatchObject({ reason: 'end', problems: [problem()] })
  })

  it('is told by a live tail, which goes on', async () => {
    const found: string[] = []
    const told: unknown[] = []
    for await (const event of stream({ follow: 'true', from: 'oldest' })) {
      if (event.event === 'record') found.push(event.data.value?.text ?? '')
      if (event.event === 'problem') told.push(event.data)
      if (found.length === 5 && told.length > 0) break
    }
    expect(found).toEqual([...before, ...behind])
    expect(told).toEqual([problem()])
  })

  it('makes an export broken, with everything else in it', async () => {
    const ctx = { ...reading.ctx, store }
    const file = await exportMessages(ctx, messages.export.input.parse({ cluster: 'test', topic }))
    let text = ''
    for await (const chunk of file.body) text += Buffer.from(chunk).toString('utf8')
    expect(text.match(/"value":"hit \w"/g)).toHaveLength(5)
    expect(
      await getExportManifest(ctx, { cluster: 'test', id: file.headers['x-milena-export'] ?? '' }),
    ).toMatchObject({ state: 'broken', records: 5, problems: [problem()], sha256: null })
  })

  it('is the answer for a record in it; those around it are read', async () => {
    await expect(reading.one(topic, 0, 3)).rejects.toMatchObject({
      code: 'DECODE_FAILED',
      params: { offset: '3', reason: 'checksum' },
    })
    expect((await reading.one(topic, 0, 2)).value?.text).toBe('hit c')
    expect((await reading.one(topic, 0, 5)).value?.text).toBe('hit d')
  })
})

const NOT_LEADER = 6

it('a live tail reads on by itself, from where it stopped, when a leader that was away is there again', async () => {
  const followed = await reading.topicOf()
  proxy.rest()
  const found: string[] = []
  const told: string[] = []
  const reader = (async () => {
    for await (const event of stream({ topic: followed, follow: 'true', from: 'oldest' })) {
      if (event.event === 'record') found.push(event.data.value?.text ?? '')
      if (event.event === 'problem' || event.event === 'recovered')
        told.push(`${event.event} ${event.data.code} ${event.data.scope}`)
      if (told.length === 2 && found.length === 2) return
    }
  })()
  await reading.send(followed, [{ value: 'before' }])
  await expect.poll(() => found).toEqual(['before'])
  proxy.change(API.fetch, fetchCode(NOT_LEADER))
  await expect
    .poll(() => told, { timeout: 5000 })
    .toEqual([`problem LEADER_UNAVAILABLE partition:${followed}/0`])
  await reading.send(followed, [{ value: 'meanwhile' }])
  const asked = proxy.asked(API.fetch)
  await expect.poll(() => proxy.asked(API.fetch), { timeout: 5000 }).toBeGreaterThan(asked)
  proxy.rest()
  await reader
  expect(found).toEqual(['before', 'meanwhile'])
  expect(told[1]).toBe(`recovered LEADER_UNAVAILABLE partition:${followed}/0`)
})
