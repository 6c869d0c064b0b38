import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Message, messages } from '@/lib/contracts/messages'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { testContext } from '@/server/http/testing'
import type { KafkaCluster, KafkaClusters } from '@/server/kafka/port'
import { deleteRecordsBefore, withProducer } from '@/server/kafka/testing'
import { listMessages } from './list-messages'
import { streamMessages } from './stream-messages'
import { idOf, openReading, texts } from './testing'

const reading = openReading(kafkaBootstrap())
const { cluster, clusters, list, one, raw, send, topicOf, follow } = reading
afterAll(() => reading.close())

describe('transactions', () => {
  let topic: string
  const write = async (id: string, values: string[], end: 'commit' | 'abort' | 'open') => {
    const writer = await cluster.openWriter(id)
    const records = values.map(value => ({
      partition: 0,
      key: null,
      value: Buffer.from(value),
      headers: [],
      timestampMs: 1_700_000_000_000,
    }))
    await writer.send(topic, records)
    if (end === 'commit') await writer.commit()
    if (end === 'abort') await writer.abort()
    return writer
  }
  const everything = { isolation: 'read_uncommitted', aborted: 'true' }
  const marksOf = ({ value, aborted, undecided }: Message) =>
    `${value?.text}${aborted ? ' aborted' : ''}${undecided ? ' undecided' : ''}`
  /** What a search streams. */
  const found = async (asked: object, contains: string): Promise<string[]> => {
    const input = messages.stream.input.parse({ cluster: 'test', topic, contains, ...asked })
    const hits: string[] = []
    for await (const event of streamMessages(reading.ctx, input))
      if (event.event === 'record') hits.push(marksOf(event.data))
    return hits
  }
  beforeAll(async () => {
    topic = await topicOf()
    const id = uniqueName('tx')
    // 0 1 C2 | 3 4 A5 | 6 | 7 C8 | 9 A10 | 11 12 open
    await (await write(id, ['a', 'b'], 'commit')).close()
    await (await write(id, ['lost', 'lost'], 'abort')).close()
    await send(topic, [{ value: 'plain' }])
    await (await write(id, ['c'], 'commit')).close()
    await (await write(id, ['lost'], 'abort')).close()
  })

  test('markers and aborted records are stepped over both ways', async () => {
    expect(texts(await list(topic, { from: 'oldest' }))).toEqual(['a', 'b', 'plain', 'c'])
    expect(texts(await list(topic))).toEqual(['c', 'plain', 'b', 'a'])
    const pages = await follow(await list(topic, { limit: 1 }), 'next', topic, { limit: 1 })
    expect(pages.flatMap(texts)).toEqual(['c', 'plain', 'b', 'a'])
  })

  test('aborted records are shown on request, each with its mark, on a page and in a search', async () => {
    for (const asked of [{ aborted: 'true' }, everything]) {
      const page = await list(topic, { ...asked, from: 'oldest' })
      expect(page.items.map(marksOf)).toEqual([
        'a',
        'b',
        'lost aborted',
        'lost aborted',
        'plain',
        'c',
        'lost aborted',
      ])
      expect(await found(asked, 'lost')).toEqual(['lost aborted', 'lost aborted', 'lost aborted'])
      expect(await found(asked, 'plain')).toEqual(['plain'])
    }
  })

  test('an open transaction holds committed reading back, and nothing else', async () => {
    const transactionalId = uniqueName('open')
    const writer = await write(transactionalId, ['pending', 'pending'], 'open')
    try {
      await send(topic, [{ value: 'behind it' }])
      const page = await list(topic)
      expect(texts(page)).toEqual(['c', 'plain', 'b', 'a'])
      expect(page.ranges[0]).toMatchObject({ lastStableOffset: '11', highWatermark: '14' })
      const named = { partition: 0, firstOffset: '11', held: '3', transactionalId }
      expect(page.openTransactions).toMatchObject([named])
      const search = messages.stream.input.parse({ cluster: 'test', topic, contains: 'plain' })
      const told = []
      for await (const event of streamMessages(reading.ctx, search))
        if (event.event === 'started') told.push(...event.data.openTransactions)
      expect(told).toMatchObject([named])
      const all = await list(topic, { isolation: 'read_uncommitted', limit: 4 })
      expect(texts(all)).toEqual(['behind it', 'pending', 'pending', 'lost'])
      expect(all.items.map(item => item.undecided)).toEqual([undefined, true, true, undefined])
      const marked = await list(topic, { ...everything, limit: 4 })
      expect(marked.items.map(marksOf)).toEqual([
        'behind it',
        'pending undecided',
        'pending undecided',
        'lost aborted',
      ])
      const upwards = await list(topic, { ...everything, from: 'offset:7' })
      expect(upwards.items.map(marksOf)).toEqual([
        'c',
        'lost aborted',
        'pending undecided',
        'pending undecided',
        'behind it',
      ])
      expect(await found(everything, 'e')).toEqual(['behind it', 'pending undecided', 'pending undecided'])
      expect(marksOf(await one(topic, 0, 11))).toBe('pending undecided')
    } finally {
      await writer.abort()
      await writer.close()
    }
  })

  test('a live tail shows committed records alone; asked for all, it marks aborted and undecided ones', async () => {
    const tail = (asked: object) =>
      streamMessages(
        reading.ctx,
        messages.stream.input.parse({ cluster: 'test', topic, follow: 'true', from: 'offset:6', ...asked }),
      )
    const writer = await write(uniqueName('open'), ['under way'], 'open')
    try {
      const all: string[] = []
      for await (const event of tail(everything)) {
        if (event.event === 'record') all.push(marksOf(event.data))
        if (all.length === 7) break
      }
      const settled = ['plain', 'c', 'lost aborted', 'pending aborted', 'pending aborted', 'behind it']
      expect(all).toEqual([...settled, 'under way undecided'])

      const committed: string[] = []
      let looks = 0
      for await (const event of tail({})) {
        if (event.event === 'record') committed.push(marksOf(event.data))
        // Only when it has been looked for and not found is it committed.
        if (event.event === 'progress' && committed.length === 3 && ++looks === 4) await writer.commit()
        if (committed.length === 4) break
      }
      expect(committed).toEqual(['plain', 'c', 'behind it', 'under way'])
      expect(looks).toBeGreaterThanOrEqual(4)
    } finally {
      await writer.close()
    }
  })

  test('one record: aborted is marked, a marker is a hole with its neighbours', async () => {
    expect(await one(topic, 0, 3)).toMatchObject({ aborted: true, transactional: true })
    expect((await one(topic, 0, 0)).aborted).toBeUndefined()
    await expect(one(topic, 0, 5)).rejects.toMatchObject({
      code: 'RECORD_UNKNOWN',
      params: { previous: '1', next: '6' },
    })
    await expect(one(topic, 0, 2)).rejects.toMatchObject({
      code: 'RECORD_UNKNOWN',
      params: { previous: '1', next: '6' },
    })
  })
})

test('a log whose beginning was deleted: pages begin there, an older cursor goes on there, an older record is gone', async () => {
  const topic = await topicOf()
  await send(
    topic,
    Array.from({ length: 100 }, (_, i) => ({ value: `v${i}` })),
  )
  const first = await list(topic, { from: 'oldest', limit: 10 })
  await deleteRecordsBefore(cluster, topic, 0, 60n)
  expect((await list(topic, { from: 'oldest', limit: 2 })).items.map(item => item.offset)).toEqual([
    '60',
    '61',
  ])
  expect((await list(topic, { cursor: first.next, limit: 2 })).items.map(item => item.offset)).toEqual([
    '60',
    '61',
  ])
  expect(await list(topic, { limit: 500 })).toMatchObject({ next: null, end: { reason: 'end' } })
  await expect(one(topic, 0, 59)).rejects.toMatchObject({
    code: 'RECORD_EXPIRED',
    params: { logStart: '60' },
  })
})

test('a time before the beginning of a log whose old segments still wait for their deletion', async () => {
  const topic = await topicOf({ configs: { 'segment.ms': '1' } })
  const atMs = (i: number) => 1_700_000_000_000 + i * 1000
  for (let i = 0; i < 10; i++) await send(topic, [{ value: `v${i}`, timestampMs: atMs(i) }])
  await deleteRecordsBefore(cluster, topic, 0, 5n)
  const timeOf = (i: number) => `time:${new Date(atMs(i)).toISOString()}`
  const left = ['v5', 'v6', 'v7', 'v8', 'v9']
  expect(texts(await list(topic, { from: timeOf(2) }))).toEqual(left)
  expect(texts(await list(topic, { until: timeOf(2) }))).toEqual(left.toReversed())
  expect(texts(await list(topic, { from: timeOf(7) }))).toEqual(['v7', 'v8', 'v9'])
  expect(texts(await list(topic, { from: timeOf(10) }))).toEqual([])
})

test('a value of ten megabytes: listed short, read long, downloaded whole', async () => {
  const topic = await topicOf({ configs: { 'max.message.bytes': '12000000' } })
  const big = Buffer.concat([Buffer.from('["'), Buffer.alloc(10_000_000, '가나다'), Buffer.from('"]')])
  await send(topic, [{ value: 'before' }])
  await send(topic, [{ value: big }])
  await send(topic, [{ value: 'after' }])
  for (const over of [{}, { from: 'oldest' }]) {
    const page = await list(topic, { ...over, preview: 200 })
    expect(page.items.map(item => item.value?.bytes).sort()).toEqual([5, 6, big.length].sort())
    expect(page.items[1]?.value?.text.length).toBeLessThanOrEqual(200)
  }
  const message = await one(topic, 0, 1)
  expect(message.value).toMatchObject({ truncated: true, bytes: big.length })
  const whole = await raw(topic, '1', 'value')
  expect(big.equals(whole.bytes ?? Buffer.alloc(0))).toBe(true)
})

test('a topic deleted after it was read is unknown, not a failure of ours', async () => {
  const topic = await topicOf()
  await send(topic, [{ value: 'x' }])
  expect((await list(topic)).items).toHaveLength(1)
  await cluster.deleteTopic(topic)
  const code = () =>
    list(topic).then(
      () => 'still there',
      error => error.code,
    )
  await expect.poll(code, { timeout: 10_000 }).toBe('TOPIC_UNKNOWN')
})

test('partitions that fail between locating and reading: the others are answered; when all do, that is the answer', async () => {
  const topic = await topicOf({ partitions: 2 })
  await send(topic, [{ value: 'zero' }, { value: 'one', partition: 1 }])
  const failing = (broken: number[]): KafkaClusters => {
    const real = cluster.openFetcher()
    const part: Pick<KafkaCluster, 'metadata' | 'listOffsets' | 'openFetcher'> = {
      metadata: options => cluster.metadata(options),
      listOffsets: (where, at, options) => cluster.listOffsets(where, at, options),
      openFetcher: () => ({
        close: () => real.close(),
        fetch: async request =>
          (await real.fetch(request)).map(one => {
            if (!broken.includes(one.partition)) return one
            const problem = {
              scope: `partition:${topic}/${one.partition}`,
              code: 'TOPIC_UNKNOWN',
              params: { topic },
            }
            return { partition: one.partition, answer: { ok: false, problem } }
          }),
      }),
    }
    // Only these three are asked for by the verb.
    return { get: () => part as KafkaCluster, list: () => [cluster.config], close: async () => undefined }
  }
  const read = (broken: number[]) =>
    listMessages(
      testContext({ clusters: failing(broken) }),
      messages.list.input.parse({ cluster: 'test', topic }),
    )
  const partial = await read([1])
  expect(texts(partial)).toEqual(['zero'])
  expect(partial.problems).toMatchObject([{ code: 'TOPIC_UNKNOWN', scope: `partition:${topic}/1` }])
  await expect(read([0, 1])).rejects.toMatchObject({ code: 'TOPIC_UNKNOWN' })
})

test('a reader that goes away ends the work', async () => {
  const topic = await topicOf()
  const controller = new AbortController()
  controller.abort()
  const gone = testContext({ clusters, signal: controller.signal })
  await expect(
    listMessages(gone, messages.list.input.parse({ cluster: 'test', topic })),
  ).rejects.toMatchObject({ code: 'CANCELLED' })
})

test('compaction: gaps are crossed both ways, every survivor once, a hole is told', async () => {
  const broker = { type: 'broker', name: '' } as const
  await cluster.incrementalAlterConfigs(broker, [{ name: 'log.cleaner.backoff.ms', op: 'set', value: '200' }])
  onTestFinished(() =>
    cluster.incrementalAlterConfigs(broker, [{ name: 'log.cleaner.backoff.ms', op: 'delete' }]),
  )
  const topic = await topicOf({
    configs: {
      'cleanup.policy': 'compact',
      'min.cleanable.dirty.ratio': '0.01',
      'segment.bytes': '1048576',
      'segment.ms': '100',
    },
  })
  await withProducer(cluster, async produce => {
    for (let round = 0; round < 20; round++)
      await produce(
        topic,
        Array.from({ length: 500 }, (_, i) => ({ key: `k${i % 5}`, value: `r${round}-${i}` })),
      )
    await new Promise(resolve => setTimeout(resolve, 150))
    await produce(topic, [{ key: 'last', value: 'end' }])
  })
  const isClean = async () => (await list(topic, { from: 'oldest', limit: 500 })).items.length < 100
  for (const endsAt = Date.now() + 40_000; !(await isClean()); ) {
    if (Date.now() > endsAt) throw new Error('the broker did not compact')
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  const survivors = (await list(topic, { from: 'oldest', limit: 500 })).items.map(idOf)
  expect(survivors.at(-1)).toBe('0/10000')
  for (const limit of [1, 3]) {
    const up = await follow(await list(topic, { from: 'oldest', limit }), 'next', topic, { limit })
    expect(up.flatMap(page => page.items.map(idOf))).toEqual(survivors)
    const down = await follow(await list(topic, { limit }), 'next', topic, { limit })
    expect(down.flatMap(page => page.items.map(idOf))).toEqual([...survivors].reverse())
  }
  await expect(one(topic, 0, 5000)).rejects.toMatchObject({
    code: 'RECORD_UNKNOWN',
    params: { next: '9995' },
  })
})
