import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { messages } from '@/lib/contracts/messages'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { testContext } from '@/server/http/testing'
import type { KafkaCluster, KafkaClusters, NewTopic, OutgoingRecord } from '@/server/kafka/port'
import {
  deleteRecordsBefore,
  makeTopic,
  type TestMessage,
  testCluster,
  withProducer,
} from '@/server/kafka/testing'
import { getMessage } from './get-message'
import { getRawMessage } from './get-raw-message'
import { listMessages } from './list-messages'

type Page = OutputOf<typeof messages.list>

const cluster = testCluster(kafkaBootstrap())
const clusters: KafkaClusters = {
  get: () => cluster,
  list: () => [cluster.config],
  close: () => cluster.close(),
}
const ctx = testContext({ clusters })
const made: string[] = []

afterAll(async () => {
  await Promise.all(made.map(topic => cluster.deleteTopic(topic).catch(() => undefined)))
  await cluster.close()
})

async function topicOf(over: Partial<NewTopic> = {}): Promise<string> {
  const name = uniqueName('messages')
  made.push(name)
  await makeTopic(cluster, { ...over, name })
  return name
}

const list = (topic: string, over: Record<string, unknown> = {}): Promise<Page> =>
  listMessages(ctx, messages.list.input.parse({ cluster: 'test', topic, ...over }))
const one = (topic: string, partition: number, offset: number | string) =>
  getMessage(ctx, messages.get.input.parse({ cluster: 'test', topic, partition, offset: String(offset) }))
const send = (topic: string, records: TestMessage[]) =>
  withProducer(cluster, produce => produce(topic, records))
const idOf = (item: { partition: number; offset: string }) => `${item.partition}/${item.offset}`
const texts = (page: Page) => page.items.map(item => item.value?.text ?? null)

/** All pages from the first on, by `next` or `previous`. */
async function follow(
  first: Page,
  side: 'next' | 'previous',
  topic: string,
  over: Record<string, unknown>,
): Promise<Page[]> {
  const pages = [first]
  for (let page = first; page[side] !== null; ) {
    page = await list(topic, { ...over, cursor: page[side] })
    pages.push(page)
    if (pages.length > 500) throw new Error('does not end')
  }
  return pages
}

describe('a topic of ten partitions', () => {
  let topic: string
  const count = 437
  beforeAll(async () => {
    topic = await topicOf({ partitions: 10 })
    const records = Array.from({ length: count }, (_, i) => ({
      partition: (i * 7 + (i >> 3)) % 10,
      key: `k${i}`,
      value: `v${i}`,
      timestampMs: 1_700_000_000_000 + i * 10,
    }))
    await withProducer(cluster, async produce => {
      for (let at = 0; at < count; at += 60) await produce(topic, records.slice(at, at + 60))
    })
  })

  test('newest first: all records in order of their time, once, and back again', async () => {
    const pages = await follow(await list(topic, { limit: 50 }), 'next', topic, { limit: 50 })
    expect(pages.flatMap(texts)).toEqual(Array.from({ length: count }, (_, i) => `v${count - 1 - i}`))
    expect(pages.slice(0, -1).every(page => page.items.length === 50 && page.end.reason === 'limit')).toBe(
      true,
    )
    expect(pages.at(-1)?.end.reason).toBe('end')
    expect(pages[0]?.previous).toBeNull()
    const last = pages.at(-1)
    if (last === undefined) throw new Error('no pages')
    const back = await follow(last, 'previous', topic, { limit: 50 })
    // Each page is shown newest first, whichever way one came to it.
    expect(back.reverse().flatMap(texts)).toEqual(pages.flatMap(texts))
  })

  test('oldest first: the same the other way round', async () => {
    const pages = await follow(await list(topic, { from: 'oldest', limit: 64 }), 'next', topic, { limit: 64 })
    expect(pages.flatMap(texts)).toEqual(Array.from({ length: count }, (_, i) => `v${i}`))
    expect(pages[0]?.previous).toBeNull()
    expect(pages[0]?.order).toBe('asc')
    expect(pages.at(-1)?.next).toBeNull()
  })

  test('from a time upwards and downwards, until a time, previous goes before it', async () => {
    const at = (i: number) => `time:${new Date(1_700_000_000_000 + i * 10).toISOString()}`
    const up = await list(topic, { from: at(100), until: at(103) })
    expect(texts(up)).toEqual(['v100', 'v101', 'v102'])
    expect(up.next).toBeNull()
    const down = await list(topic, { from: at(100), until: at(97), order: 'desc' })
    expect(texts(down)).toEqual(['v100', 'v99', 'v98'])
    const before = await list(topic, { from: at(100), until: at(103), cursor: up.previous, limit: 2 })
    expect(texts(before)).toEqual(['v98', 'v99'])
    const again = await list(topic, { from: at(100), until: at(103), cursor: before.next })
    expect(texts(again)).toEqual(['v100', 'v101', 'v102'])
    expect(again.next).toBeNull()
    expect(texts(await list(topic, { from: 'time:2100-01-01T00:00:00Z' }))).toEqual([])
    expect((await list(topic, { from: 'time:1960-01-01T00:00:00Z', limit: 1 })).items[0]?.value?.text).toBe(
      'v0',
    )
  })

  test('an offset holds for every selected partition', async () => {
    const page = await list(topic, { from: 'offset:3', partition: [0, 4], limit: 500 })
    expect(new Set(page.items.map(item => item.partition))).toEqual(new Set([0, 4]))
    expect(Math.min(...page.items.map(item => Number(item.offset)))).toBe(3)
    const down = await list(topic, { from: 'offset:3', until: 'offset:1', order: 'desc', partition: [0, 4] })
    expect(down.items.map(item => Number(item.offset)).sort()).toEqual([2, 2, 3, 3])
    expect((await list(topic, { from: 'offset:9999999999999999999' })).items).toEqual([])
  })

  test('a cursor of another question, or a changed one, is refused', async () => {
    const { next } = await list(topic, { limit: 5 })
    if (next === null) throw new Error('no cursor')
    const refused = { code: 'CURSOR_INVALID' }
    await expect(list(topic, { cursor: `${next.slice(0, -3)}BBB` })).rejects.toMatchObject(refused)
    await expect(list(topic, { cursor: next, partition: [0] })).rejects.toMatchObject(refused)
    await expect(list(topic, { cursor: next, order: 'asc' })).rejects.toMatchObject(refused)
    await expect(list(topic, { cursor: next, isolation: 'read_uncommitted' })).rejects.toMatchObject(refused)
    await expect(list(await topicOf({ partitions: 10 }), { cursor: next })).rejects.toMatchObject(refused)
  })

  test('ranges say where each partition lies', async () => {
    const { ranges } = await list(topic, { limit: 1 })
    expect(ranges).toHaveLength(10)
    expect(ranges.reduce((sum, range) => sum + Number(range.highWatermark), 0)).toBe(count)
    expect(
      ranges.every(range => range.firstOffset === '0' && range.lastStableOffset === range.highWatermark),
    ).toBe(true)
  })

  test('what does not exist', async () => {
    await expect(list(uniqueName('nowhere'))).rejects.toMatchObject({ code: 'TOPIC_UNKNOWN' })
    await expect(list('no such topic!')).rejects.toMatchObject({ code: 'TOPIC_UNKNOWN' })
    await expect(list(topic, { partition: [0, 77] })).rejects.toMatchObject({
      code: 'PARTITION_UNKNOWN',
      params: { partition: 77 },
    })
    await expect(list(topic, { from: 'time:2026-13-45T99:99:99Z' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    })
    await expect(one(topic, 0, 99_999)).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE' })
    await expect(one(topic, 99, 0)).rejects.toMatchObject({ code: 'PARTITION_UNKNOWN' })
    await expect(one(uniqueName('nowhere'), 0, 0)).rejects.toMatchObject({ code: 'TOPIC_UNKNOWN' })
  })

  test('who may not read records is refused before any broker is asked', async () => {
    const auditor = testContext({ roles: ['auditor'] })
    const denied = { code: 'DENIED' }
    const address = { cluster: 'test', topic, partition: 0, offset: '0' }
    await expect(
      listMessages(auditor, messages.list.input.parse({ cluster: 'test', topic })),
    ).rejects.toMatchObject(denied)
    await expect(getMessage(auditor, address)).rejects.toMatchObject(denied)
    await expect(getRawMessage(auditor, { ...address, part: 'key' })).rejects.toMatchObject(denied)
  })
})

test('an empty topic answers at once', async () => {
  const topic = await topicOf({ partitions: 3 })
  const startedMs = performance.now()
  for (const from of ['newest', 'oldest', 'offset:0', 'time:2026-01-01T00:00:00Z']) {
    const page = await list(topic, { from })
    expect(page).toMatchObject({ items: [], next: null, previous: null, end: { reason: 'end' } })
  }
  expect(performance.now() - startedMs).toBeLessThan(1000)
})

test('null, empty and absent stay apart; headers keep order and duplicates; previews are cut and say so', async () => {
  const topic = await topicOf()
  const records: Omit<OutgoingRecord, 'timestampMs'>[] = [
    { partition: 0, key: null, value: null, headers: [] },
    { partition: 0, key: Buffer.alloc(0), value: Buffer.alloc(0), headers: [] },
    {
      partition: 0,
      key: Buffer.from('키'),
      value: Buffer.from(`{"text":"${'한'.repeat(400)}"}`),
      headers: [
        { name: Buffer.from('b'), value: Buffer.from('1') },
        { name: Buffer.from('a'), value: null },
        { name: Buffer.from('b'), value: Buffer.alloc(0) },
        { name: Buffer.from([0xfe, 0x41]), value: Buffer.from([0, 0, 0, 7]) },
      ],
    },
  ]
  for (const record of records) await cluster.produce(topic, record)
  const page = await list(topic, { from: 'oldest', preview: 100 })
  expect(page.items[0]).toMatchObject({ key: null, value: null, size: 0 })
  expect(page.items[1]).toMatchObject({ key: { text: '', bytes: 0 }, value: { text: '', bytes: 0 }, size: 0 })
  expect(
    page.items[2]?.headers.map(header => [
      header.name,
      header.value && [header.value.format, header.value.text],
    ]),
  ).toEqual([
    ['b', ['text', '1']],
    ['a', null],
    ['b', ['text', '']],
    ['\\xfeA', ['number', '7']],
  ])
  expect(page.items[2]?.value).toMatchObject({ format: 'json', truncated: true, bytes: 1211 })
  expect(page.items[2]?.value?.text).toBe(`{"text":"${'한'.repeat(30)}`)
  expect((await one(topic, 0, 2)).value).toMatchObject({ truncated: false, bytes: 1211 })

  const raw = (offset: string, part: 'key' | 'value') =>
    getRawMessage(ctx, { cluster: 'test', topic, partition: 0, offset, part })
  expect(await raw('0', 'value')).toEqual({ bytes: null, filename: `${topic}-0-0.value.bin` })
  expect((await raw('1', 'value')).bytes).toEqual(new Uint8Array(0))
  expect(Buffer.from((await raw('2', 'key')).bytes ?? []).toString()).toBe('키')
})

test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)("the broker's own %s reads back", async compression => {
  const topic = await topicOf({ configs: { 'compression.type': compression } })
  const values = Array.from(
    { length: 120 },
    (_, i) => `${i} ${'repeated text '.repeat(i)}${randomBytes(i).toString('base64')}`,
  )
  await send(
    topic,
    values.map(value => ({ value })),
  )
  const page = await list(topic, { from: 'oldest', limit: 500, preview: 0 })
  expect(texts(page)).toEqual(values)
  expect(page.items.every(item => item.compression === compression)).toBe(true)
})

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

  test('an open transaction holds committed reading back, and nothing else', async () => {
    const writer = await write(uniqueName('open'), ['pending', 'pending'], 'open')
    try {
      await send(topic, [{ value: 'behind it' }])
      const page = await list(topic)
      expect(texts(page)).toEqual(['c', 'plain', 'b', 'a'])
      expect(page.ranges[0]).toMatchObject({ lastStableOffset: '11', highWatermark: '14' })
      const all = await list(topic, { isolation: 'read_uncommitted', limit: 4 })
      expect(texts(all)).toEqual(['behind it', 'pending', 'pending', 'lost'])
      expect((await one(topic, 0, 11)).value?.text).toBe('pending')
    } finally {
      await writer.abort()
      await writer.close()
    }
  })

  test('one record: aborted is marked, a marker is a hole with its neighbours', async () => {
    expect(await one(topic, 0, 3)).toMatchObject({ aborted: true, transactional: true })
    expect((await one(topic, 0, 0)).aborted).toBeUndefined()
    await expect(one(topic, 0, 5)).rejects.toMatchObject({
      code: 'RECORD_UNKNOWN',
      params: { before: '1', after: '6' },
    })
    await expect(one(topic, 0, 2)).rejects.toMatchObject({
      code: 'RECORD_UNKNOWN',
      params: { before: '1', after: '6' },
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
  const raw = await getRawMessage(ctx, { cluster: 'test', topic, partition: 0, offset: '1', part: 'value' })
  expect(big.equals(raw.bytes ?? Buffer.alloc(0))).toBe(true)
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
    params: { after: '9995' },
  })
})
