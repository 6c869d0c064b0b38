import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { messages } from '@/lib/contracts/messages'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { testContext } from '@/server/http/testing'
import type { OutgoingRecord } from '@/server/kafka/port'
import { withProducer } from '@/server/kafka/testing'
import { getMessage } from './get-message'
import { getRawMessage } from './get-raw-message'
import { listMessages } from './list-messages'
import { openReading, texts } from './testing'

const reading = openReading(kafkaBootstrap())
const { cluster, list, one, raw, send, topicOf, follow } = reading
afterAll(() => reading.close())

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
  })

  test('an offset that no partition has reached yet is told with the first and the last offset', async () => {
    const ends = (await list(topic, { limit: 1 })).ranges.map(range => Number(range.highWatermark))
    const furthest = Math.max(...ends)
    const told = {
      scope: `partition:${topic}/${ends.indexOf(furthest)}`,
      code: 'OFFSET_OUT_OF_RANGE',
      params: { start: '0', end: `${furthest - 1}` },
    }
    for (const over of [{}, { contains: 'v' }]) {
      const from = 'offset:9999999999999999999'
      const page = await list(topic, { ...over, from })
      expect(page).toMatchObject({ items: [], end: { reason: 'end' }, problems: [told] })
      // Where the next record will stand a reader may well wait.
      expect((await list(topic, { ...over, from: `offset:${furthest}` })).problems).toBeUndefined()
    }
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

test('an empty topic is told to its end', async () => {
  const topic = await topicOf({ partitions: 3 })
  for (const from of ['newest', 'oldest', 'offset:0', 'time:2026-01-01T00:00:00Z']) {
    const page = await list(topic, { from })
    expect(page).toMatchObject({ items: [], next: null, previous: null, end: { reason: 'end' } })
  }
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

  expect(await raw(topic, '0', 'value')).toEqual({ bytes: null, filename: `${topic}-0-0.value.bin` })
  expect((await raw(topic, '1', 'value')).bytes).toEqual(new Uint8Array(0))
  expect(Buffer.from((await raw(topic, '2', 'key')).bytes ?? []).toString()).toBe('키')
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
