import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { idOf, openReading } from './testing'

const reading = openReading(kafkaBootstrap())
afterAll(() => reading.close())

const COUNT = 3000
let topic: string

beforeAll(async () => {
  topic = await reading.topicOf({ partitions: 3 })
  for (let from = 0; from < COUNT; from += 300)
    await reading.send(
      topic,
      Array.from({ length: 300 }, (_, i) => {
        const n = from + i
        return {
          partition: n % 3,
          key: `key-${n % 10}`,
          value: JSON.stringify({ orderId: `A-${n}`, amount: n, tags: ['x', `t${n % 7}`] }),
          headers: { trace: `trace-${n}` },
          timestampMs: 1_700_000_000_000 + n * 1000,
        }
      }),
    )
})

const orders = (page: { items: { value: { text: string } | null }[] }) =>
  page.items.map(item => JSON.parse(item.value?.text ?? 'null').amount)

describe('a page that searches', () => {
  it('finds a text, newest first, across partitions in the order of time, page by page', async () => {
    const first = await reading.list(topic, { contains: '"t3"', limit: 20 })
    const expected = Array.from({ length: COUNT }, (_, n) => n)
      .filter(n => n % 7 === 3)
      .reverse()
    expect(orders(first)).toEqual(expected.slice(0, 20))
    expect(first.end).toEqual({ reason: 'limit' })
    const pages = await reading.follow(first, 'next', topic, { contains: '"t3"', limit: 20 })
    expect(pages.flatMap(orders)).toEqual(expected)
    expect(new Set(pages.flatMap(page => page.items.map(idOf))).size).toBe(expected.length)
  })

  it('oldest first as well', async () => {
    const page = await reading.list(topic, {
      from: 'oldest',
      filter: 'value.amount >= 100 && value.amount < 110',
    })
    expect(orders(page)).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 108, 109])
    expect(page.end).toEqual({ reason: 'end' })
    expect(page.next).toBeNull()
  })

  it.each([
    ['filter', { filter: 'value.orderId == "A-1234"' }, [1234]],
    ['filter in', { filter: '"t2" in value.tags && value.amount < 10' }, [9, 2]],
    ['contains in a header', { contains: 'trace-777', in: ['headers'] }, [777]],
    ['contains not in the value', { contains: 'trace-777', in: ['value', 'key'] }, []],
    ['hex', { contains: Buffer.from('A-2999').toString('hex'), containsAs: 'hex' }, [2999]],
    ['ignoring case', { contains: 'a-2998"', ignoreCase: 'true' }, [2998]],
    ['header', { header: ['trace=trace-5'] }, [5]],
    ['matches', { filter: 'value.orderId.matches("^A-29[0-4]5$")' }, [2945, 2935, 2925, 2915, 2905]],
    ['size and time', { filter: 'timestamp >= timestamp("2023-11-14T23:03:19Z") && size > 10' }, [2999]],
  ])('by %s', async (_, query, expected) => {
    expect(orders(await reading.list(topic, query))).toEqual(expected)
  })

  it('a key is looked up in its partition, and in all others when that has nothing', async () => {
    const everywhere = await reading.list(topic, { key: 'key-3', partitioner: 'all', limit: 500 })
    expect(everywhere.items).toHaveLength(300)
    expect(everywhere.items.every(item => item.key?.text === 'key-3')).toBe(true)
    const own = await reading.list(topic, { key: 'key-3', limit: 500 })
    // murmur2 of key-3 over three partitions, as Java's producer puts it.
    expect(own.keyPartition).toBe(2)
    expect(own.allPartitions).toBeUndefined()
    expect(new Set(own.items.map(item => item.partition))).toEqual(new Set([2]))
    await reading.send(topic, [{ partition: 1, key: 'moved', value: '{}' }])
    await reading.list(topic, { key: 'key-3', limit: 1 })
    const threads = reading.threadsMade()
    const moved = await reading.list(topic, { key: 'moved' })
    expect(moved).toMatchObject({ keyPartition: 0, allPartitions: true })
    // On the thread that looked first: a new one is the slowest part of a short search.
    expect(reading.threadsMade()).toBe(threads)
    expect(moved.items.map(item => item.partition)).toEqual([1])
  })

  describe('of a key, in a partition that takes several requests', () => {
    // murmur2 gives key-3 to partition 2 of three. A request brings a megabyte of it.
    const long = 'x'.repeat(600_000)
    const write = async (partition: number, keys: string[]) => {
      for (const key of keys) await reading.send(own, [{ partition, key, value: long }])
    }
    let own: string
    beforeAll(async () => {
      own = await reading.topicOf({ partitions: 3 })
      await write(2, ['key-3', 'other', 'other', 'other', 'other'])
      await write(1, ['key-3', 'other', 'key-3'])
    })
    const placesOf = async (from: typeof reading, query: object) => {
      const asked = { key: 'key-3', preview: 10, ...query }
      const pages = await from.follow(await from.list(own, asked), 'next', own, asked)
      return { places: pages.flatMap(page => page.items.map(idOf)), ends: pages.map(page => page.end.reason) }
    }

    it('nothing of other partitions follows its last hit there', async () => {
      const found = await placesOf(reading, { from: 'oldest', limit: 1 })
      expect(found).toEqual({ places: ['2/0'], ends: ['limit', 'end'] })
    })

    it('a budget that ends before there was one is no end: the search goes on there, then in the others', async () => {
      const usual = reading.ctx.config.search.budget
      const little = openReading(kafkaBootstrap(), { budget: { ...usual, bytes: 100_000 } })
      try {
        const { places, ends } = await placesOf(little, { from: 'offset:1' })
        expect(places).toEqual(['1/2'])
        expect(ends.slice(0, 2)).toEqual(['budget', 'budget'])
        expect(ends.at(-1)).toBe('end')
      } finally {
        await little.close()
      }
    })
  })

  it('with means for one request at a time, newest first, comes to the end as well', async () => {
    const own = await reading.topicOf()
    const value = 'a hit '.repeat(100_000)
    for (let n = 0; n < 12; n++) await reading.send(own, [{ value }])
    const usual = reading.ctx.config.search.budget
    const little = openReading(kafkaBootstrap(), { budget: { ...usual, bytes: 1 } })
    try {
      const query = { contains: 'hit', preview: 10 }
      const pages = await little.follow(await little.list(own, query), 'next', own, query)
      const offsets = pages.flatMap(page => page.items.map(item => Number(item.offset)))
      expect(offsets).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    } finally {
      await little.close()
    }
  })

  it('newest first, one odd time hides nothing that is new in its partition', async () => {
    const own = await reading.topicOf({ partitions: 2 })
    const at = (partition: number, times: number[]) =>
      times.map(timestampMs => ({ partition, value: `hit ${timestampMs}`, timestampMs }))
    await reading.send(own, at(0, [100, 200, 300, 400, 0]))
    await reading.send(own, at(1, [50, 150, 250, 350]))
    const valuesOf = async (query: object) =>
      (await reading.list(own, { ...query, limit: 5 })).items.map(item => item.value?.text)
    const newest = ['hit 0', 'hit 400', 'hit 350', 'hit 300', 'hit 250']
    expect(await valuesOf({})).toEqual(newest)
    expect(await valuesOf({ contains: 'hit' })).toEqual(newest)
  })

  it('a page whose last hit is the last record of all ends by its end', async () => {
    const one = await reading.topicOf()
    await reading.send(one, [{ value: 'a hit' }, { value: 'a hit' }])
    expect(await reading.list(one, { contains: 'hit', limit: 2 })).toMatchObject({
      end: { reason: 'end' },
      next: null,
    })
    expect(await reading.list(one, { contains: 'hit', limit: 1 })).toMatchObject({
      end: { reason: 'limit' },
      next: expect.any(String),
    })
  })

  it('a filter that is none says where', async () => {
    await expect(reading.list(topic, { filter: 'value.amount >' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      fields: [{ path: 'filter', code: 'FILTER_SYNTAX', params: { line: 1, column: 15 } }],
    })
  })
})

it('what was found stays as it was while later answers are read into the same memory', async () => {
  const long = await reading.topicOf({ partitions: 2 })
  const many = 40
  // Answers of several megabytes; each value is of one letter and says which record it is.
  const textOf = (n: number) => `record ${n} ${String.fromCharCode(97 + (n % 26)).repeat(600_000)}`
  for (let n = 0; n < many; n++) await reading.send(long, [{ partition: n % 2, value: textOf(n) }])
  for (const from of ['oldest', 'newest']) {
    const found = await reading.list(long, { from, contains: 'record', limit: 100, preview: 100 })
    const texts = found.items.map(item => [item.value?.text, item.value?.bytes])
    const expected = Array.from({ length: many }, (_, n) => [textOf(n).slice(0, 100), textOf(n).length])
    expect(texts.toSorted()).toEqual(expected.toSorted())
  }
})
