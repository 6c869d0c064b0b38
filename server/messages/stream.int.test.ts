import { afterAll, describe, expect, it } from 'vitest'
import { messages } from '@/lib/contracts/messages'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import type { SearchService } from './service'
import { streamMessages } from './stream-messages'
import { openReading } from './testing'

const reading = openReading(kafkaBootstrap())
afterAll(() => reading.close())

const open = (topic: string, over: object, signal = new AbortController().signal) =>
  streamMessages({ ...reading.ctx, signal }, messages.stream.input.parse({ cluster: 'test', topic, ...over }))

describe('a stream of hits', () => {
  it('begins, finds, tells progress and ends with a reason, a histogram and what could not be judged', async () => {
    const topic = await reading.topicOf({ partitions: 2 })
    await reading.send(topic, [
      ...Array.from({ length: 200 }, (_, n) => ({
        partition: n % 2,
        value: `{"n":${n}}`,
        timestampMs: 1_700_000_000_000 + n,
      })),
      { partition: 0, value: '{"n":123456789012345678901234567890}', timestampMs: 1_700_000_001_000 },
    ])
    const events = []
    for await (const event of open(topic, { filter: 'value.n >= 190' })) events.push(event)
    const names = events.map(event => event.event)
    expect(names[0]).toBe('started')
    expect(names.at(-1)).toBe('done')
    expect(events.filter(event => event.event === 'record')).toHaveLength(10)
    const done = events.at(-1)
    if (done?.event !== 'done') throw new Error('no end')
    expect(done.data).toMatchObject({ reason: 'end', hits: 10, scanned: 201, next: null })
    expect(done.data.histogram?.counts.reduce((a, b) => a + b)).toBe(10)
    expect(done.data.evaluationErrors).toMatchObject({
      count: 1,
      samples: [{ partition: 0, offset: '100', why: 'DIGITS' }],
    })
  })

  it('tells the place in the line, then how far it is, how fast, and how long it still takes', async () => {
    const topic = await reading.topicOf()
    let nowMs = 1_700_000_000_000
    const progress = {
      ...{ records: 5000, bytes: 3_000_000, hits: 7, percent: 40, atMs: 1_700_000_000_123 },
      ...{ histogram: null, errors: 1 },
    }
    const search: SearchService = {
      name: 'search',
      start: () => undefined,
      stop: async () => undefined,
      stats: () => reading.search.stats(),
      async *run() {
        yield { type: 'queued', place: 2, running: 4 }
        yield { type: 'started' }
        yield { type: 'progress', progress: { ...progress, percent: 0 } }
        nowMs += 2000
        yield { type: 'progress', progress }
        return {
          ...{ ...progress, percent: 100, reason: 'end', detail: null, edges: [], more: false },
          ...{ evaluationErrors: { count: 0, samples: [] }, problems: [], budget: null },
        }
      },
    }
    const ctx = {
      ...reading.ctx,
      clock: { ...reading.ctx.clock, now: () => nowMs },
      services: { ...reading.ctx.services, search },
    }
    const input = messages.stream.input.parse({ cluster: 'test', topic, contains: 'x' })
    const events = []
    for await (const event of streamMessages(ctx, input)) events.push(event)
    expect(events.map(event => event.event)).toEqual(['queued', 'started', 'progress', 'progress', 'done'])
    expect(events[0]?.data).toEqual({ place: 2, running: 4 })
    expect(events[2]?.data).toMatchObject({ percent: 0, etaMs: null })
    expect(events[3]?.data).toEqual({
      ...{ scanned: 5000, bytes: 3_000_000, hits: 7, percent: 40 },
      ...{ recordsPerSecond: 2500, bytesPerSecond: 1_500_000, elapsedMs: 2000, etaMs: 3000 },
      ...{ at: '2023-11-14T22:13:20.123Z', allPartitions: false, histogram: null, errors: 1 },
    })
  })

  it('a value ten thousand levels deep is shown, found by its text and its fields, and told where a filter would have to go in', async () => {
    const topic = await reading.topicOf()
    const deep = `{"n":1,"deep":${'['.repeat(10_000)}${']'.repeat(10_000)}}`
    await reading.send(topic, [
      { value: '{"n":0,"deep":[1]}' },
      { value: deep },
      { value: '{"n":2,"deep":[2]}' },
    ])
    for (const query of [{ contains: deep.slice(0, 100) }, { filter: 'value.n == 1' }]) {
      const { items } = await reading.list(topic, query)
      expect(items.map(item => item.value)).toMatchObject([{ format: 'json', text: deep }])
    }
    const events = []
    for await (const event of open(topic, { filter: 'size(value.deep) == 1' })) events.push(event)
    const done = events.at(-1)
    if (done?.event !== 'done') throw new Error('no end')
    expect(done.data).toMatchObject({
      reason: 'end',
      hits: 2,
      scanned: 3,
      evaluationErrors: {
        count: 1,
        samples: [{ offset: '1', errorCode: 'TOO_DEEP', errorParams: { levels: 200 } }],
      },
    })
  })

  it('a live tail shows what is written meanwhile, over two topics, and its thread is free when its reader goes', async () => {
    const [one, two] = [await reading.topicOf(), await reading.topicOf()]
    await reading.send(one, [{ value: 'before' }])
    const gone = new AbortController()
    const seen: string[] = []
    let started = () => {}
    const ready = new Promise<void>(resolve => {
      started = resolve
    })
    const reader = (async () => {
      for await (const event of open(one, { follow: 'true', also: [two], contains: 'now' }, gone.signal)) {
        if (event.event === 'progress') started()
        if (event.event === 'record')
          seen.push(`${event.data.topic === one ? 1 : 2}:${event.data.value?.text}`)
        if (seen.length === 2) return
      }
    })()
    await ready
    await reading.send(one, [{ value: 'now a' }, { value: 'other' }])
    await reading.send(two, [{ value: 'now b' }])
    await reader
    expect(seen.sort()).toEqual(['1:now a', '2:now b'])
    await expect.poll(() => reading.search.stats().running, { timeout: 2000 }).toBe(0)
    await expect.poll(() => reading.search.stats().threads, { timeout: 3000 }).toBeLessThanOrEqual(2)
    gone.abort()
  })

  it('searches that are given up at once leave nothing behind', async () => {
    const topic = await reading.topicOf()
    await reading.send(topic, [{ value: 'x' }])
    await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        const leaving = new AbortController()
        setTimeout(() => leaving.abort(), i * 10)
        try {
          for await (const event of open(topic, { follow: 'true', contains: 'none' }, leaving.signal))
            void event
        } catch (error) {
          expect(error).toMatchObject({ code: 'CANCELLED' })
        }
      }),
    )
    await expect
      .poll(() => reading.search.stats(), { timeout: 5000 })
      .toMatchObject({ running: 0, waiting: 0 })
    await expect.poll(() => reading.search.stats().threads, { timeout: 5000 }).toBeLessThanOrEqual(2)
  })
})
