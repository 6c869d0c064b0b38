import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventOf } from '@/lib/contracts/endpoint'
import { messages } from '@/lib/contracts/messages'
import { AppError } from '@/lib/errors'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { problemResponse } from '@/server/http/problem'
import { streamMessages } from './stream-messages'
import { openReading } from './testing'

type Event = EventOf<typeof messages.stream>

const MIB = 1024 * 1024
const generous = {
  bytes: 100 * MIB,
  records: 1e6,
  seconds: 600,
  recordSeconds: 20,
  userBytesPerHour: 100 * MIB,
  clusterBytesPerHour: 100 * MIB,
}
const bootstrap = kafkaBootstrap()
const roomy = openReading(bootstrap)
const opened = [roomy]
afterAll(() => Promise.all(opened.map(one => one.close())))

function limited(over: Parameters<typeof openReading>[1], thread: Parameters<typeof openReading>[2] = {}) {
  const reading = openReading(bootstrap, over, thread)
  opened.push(reading)
  return reading
}

function stream(
  { ctx }: typeof roomy,
  query: object,
  { actor = 'kim', signal = new AbortController().signal } = {},
) {
  const asked = { ...ctx, signal, actor: { ...ctx.actor, name: actor } }
  return streamMessages(asked, messages.stream.input.parse({ cluster: 'test', ...query }))
}

async function all(events: AsyncIterable<Event>): Promise<Event[]> {
  const seen: Event[] = []
  for await (const event of events) seen.push(event)
  return seen
}

function endOf(events: readonly Event[]) {
  const last = events.at(-1)
  if (last?.event !== 'done') throw new Error(`ended with ${last?.event}`)
  return last.data
}

const LETTERS = 80
let topic: string

/** Eight megabytes, a hit in each record. */
beforeAll(async () => {
  topic = await roomy.topicOf()
  for (let from = 0; from < LETTERS; from += 8)
    await roomy.send(
      topic,
      Array.from({ length: 8 }, (_, i) => ({ value: `hit-${from + i} `.padEnd(100_000, 'x') })),
    )
})
const query = () => ({ topic, from: 'oldest', contains: 'hit-', preview: 100 })

describe('bytes', () => {
  it('a search that reaches its own budget says so, and goes on where it ended until all is seen', async () => {
    const reading = limited({ budget: { ...generous, bytes: 2 * MIB } })
    const seen: string[] = []
    let cursor: string | null = null
    let ends = 0
    do {
      const events: Event[] = await all(stream(reading, { ...query(), ...(cursor ? { cursor } : {}) }))
      for (const event of events) if (event.event === 'record') seen.push(event.data.offset)
      const end = endOf(events)
      if (end.reason === 'budget') {
        expect(end).toMatchObject({ detail: 'bytes', budget: { of: 'search', freeAt: null } })
        expect(end.next).not.toBeNull()
      }
      cursor = end.next
      ends++
    } while (cursor !== null && ends < 50)
    expect(ends).toBeGreaterThan(2)
    expect(seen).toEqual(Array.from({ length: LETTERS }, (_, n) => String(n)))
  })

  it.each([
    ['user', { userBytesPerHour: 2 * MIB }, 'kim', 'lee'],
    ['cluster', { clusterBytesPerHour: 2 * MIB }, 'kim', null],
  ] as const)(
    'the hour of one %s ends a search with the time it goes on, and refuses the next one',
    async (of, over, spender, other) => {
      const reading = limited({ budget: { ...generous, ...over } })
      const end = endOf(await all(stream(reading, query(), { actor: spender })))
      expect(end).toMatchObject({ reason: 'budget', detail: 'bytes', budget: { of } })
      expect(Date.parse(end.budget?.freeAt ?? '')).toBeGreaterThan(reading.ctx.clock.now())
      expect(end.next).not.toBeNull()
      const again = all(stream(reading, { ...query(), cursor: end.next }, { actor: spender }))
      const refused: unknown = await again.catch((thrown: unknown) => thrown)
      expect(refused).toMatchObject({ code: 'READ_BUDGET_SPENT', params: { of } })
      expect(refused).toBeInstanceOf(AppError)
      // A tenth of the hour's bytes comes back in six minutes: that, not a fixed number, is when trying again
      // is worth it.
      const problem = problemResponse(refused as AppError, 'request', 'en')
      const waitSeconds = Number(problem.headers.get('retry-after'))
      expect(waitSeconds).toBeGreaterThan(60)
      expect(waitSeconds).toBeLessThanOrEqual(360)
      if (other !== null)
        expect(endOf(await all(stream(reading, query(), { actor: other })))).toMatchObject({ budget: { of } })
      expect(reading.search.stats()).toMatchObject({ running: 0, waiting: 0 })
    },
  )

  it('a page that searches tells the same', async () => {
    const reading = limited({ budget: { ...generous, userBytesPerHour: 2 * MIB } })
    const page = await reading.list(topic, { ...query(), limit: 500 })
    expect(page.end).toMatchObject({ reason: 'budget', detail: 'bytes', budget: { of: 'user' } })
    expect(page.next).not.toBeNull()
  })
})

describe('a filter that is too costly', () => {
  it('is ended with its code when one record keeps it busy, and the next search gets a thread of its own', async () => {
    const reading = limited({ budget: { ...generous, recordSeconds: 3 } })
    const long = await reading.topicOf()
    const list = Array.from({ length: 30_000 }, (_, n) => n)
    await reading.send(long, [{ value: JSON.stringify({ list }) }])
    const filter = 'value.list.all(a, value.list.all(b, a + b >= 0))'
    await expect(all(stream(reading, { topic: long, filter }))).rejects.toMatchObject({
      code: 'FILTER_TOO_COSTLY',
    })
    await expect.poll(() => reading.search.stats().running, { timeout: 20_000 }).toBe(0)
    const short = endOf(await all(stream(reading, { topic: long, filter: 'value.list.exists(a, a == 7)' })))
    expect(short).toMatchObject({ reason: 'end', hits: 1 })
  })

  it('is ended with the same code when it fills its thread’s memory', async () => {
    const reading = limited({ budget: { ...generous, recordSeconds: 60 } }, { maxOldGenerationSizeMb: 80 })
    const long = await reading.topicOf()
    const list = Array.from({ length: 30_000 }, (_, n) => n)
    await reading.send(long, [{ value: JSON.stringify({ list }) }])
    const filter = 'value.list.map(a, value.list.map(b, [a, b])).size() > 0'
    await expect(all(stream(reading, { topic: long, filter }))).rejects.toMatchObject({
      code: 'FILTER_TOO_COSTLY',
    })
    const short = endOf(await all(stream(reading, { topic: long, filter: 'value.list.exists(a, a == 7)' })))
    expect(short).toMatchObject({ reason: 'end', hits: 1 })
  })

  it('is refused before anything is read where its form gives it away', async () => {
    const filter = 'value.a.all(x, value.a.all(y, value.a.all(z, x + y + z > 0)))'
    await expect(all(stream(roomy, { topic, filter }))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      fields: [{ path: 'filter', code: 'FILTER_TOO_COSTLY', params: { why: 'LOOPS', max: 2 } }],
    })
  })
})

describe('places', () => {
  it('a search for which there is none waits in line, hears its place, and runs when one is free', async () => {
    const reading = limited({ searches: 1, perUser: 1 })
    const leaving = new AbortController()
    const holder = stream(reading, query(), { signal: leaving.signal })
    // Nobody takes its hits: it stays where it is.
    expect(await holder.next()).toMatchObject({ value: { event: 'started' } })
    const places: number[] = []
    const waiting = (async () => {
      for await (const event of stream(reading, { ...query(), limit: 1 }, { actor: 'lee' })) {
        if (event.event === 'queued') places.push(event.data.place)
        if (event.event === 'done') return event.data.reason
      }
      return null
    })()
    await expect.poll(() => places, { timeout: 20_000 }).toEqual([1])
    expect(reading.search.stats()).toMatchObject({ running: 1, waiting: 1 })
    leaving.abort()
    await holder.return(undefined)
    expect(await waiting).toBe('limit')
  })

  it.each(['goes', 'is left'] as const)(
    'a search whose reader %s between two events gives its place and its thread back',
    async how => {
      const reading = limited({})
      const leaving = new AbortController()
      const events = stream(reading, query(), { signal: leaving.signal })
      await events.next()
      await events.next()
      expect(reading.search.stats()).toMatchObject({ running: 1 })
      if (how === 'goes') leaving.abort()
      else await events.return(undefined)
      await expect.poll(() => reading.search.stats().running, { timeout: 20_000 }).toBe(0)
    },
  )

  it('a line that is full is told at once', async () => {
    const reading = limited({ searches: 1, queue: 0 })
    const leaving = new AbortController()
    const holder = stream(reading, query(), { signal: leaving.signal })
    await holder.next()
    await expect(all(stream(reading, query(), { actor: 'lee' }))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    })
    leaving.abort()
    await holder.return(undefined)
  })
})
