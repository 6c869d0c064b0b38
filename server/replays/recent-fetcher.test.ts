import { expect, test } from 'vitest'
import type { FetchedPartition, FetchRequest, LogRecord } from '@/server/kafka/port'
import { readRecords } from './read-records'
import { recentFetcher } from './recent-fetcher'

const BATCH = 10n

/** A partition of so many records; a fetch brings those of one batch from the asked offset on. */
function logOf(end: bigint) {
  const asked: string[] = []
  let gate: Promise<void> = Promise.resolve()
  const answerOf = ({ topic, positions }: FetchRequest): FetchedPartition[] =>
    positions.map(({ partition, offset }) => {
      asked.push(`${topic}/${partition}@${offset}`)
      const nextOffset = offset >= end ? offset : (offset / BATCH + 1n) * BATCH
      const records: LogRecord[] = []
      for (let at = offset; at < nextOffset; at++) records.push({ partition, offset: at } as LogRecord)
      const ends = { highWatermark: end, lastStableOffset: end, logStartOffset: 0n }
      return { partition, answer: { ok: true, value: { records, nextOffset, bytes: 1, ...ends } } }
    })
  const inner = {
    async fetch(request: FetchRequest) {
      await gate
      return answerOf(request)
    },
    close: () => undefined,
  }
  const hold = () => {
    const held = Promise.withResolvers<void>()
    gate = held.promise
    return held.resolve
  }
  return { asked, hold, fetcher: recentFetcher(inner, 'letters', 1) }
}

const request = (offset: bigint, topic = 'letters', partition = 1): FetchRequest => ({
  ...{ topic, isolation: 'read_committed' as const },
  positions: [{ partition, offset }],
})

test('what a transaction left over begins the next one, and nothing is fetched twice', async () => {
  const { asked, fetcher } = logOf(40n)
  const all: bigint[] = []
  for (let from = 0n; from < 40n; from += 7n) {
    const offsets = Array.from({ length: 7 }, (_, n) => from + BigInt(n)).filter(offset => offset < 40n)
    for await (const found of readRecords(fetcher, 'letters', 1, offsets))
      for (const { record } of found) if (record) all.push(record.offset)
  }
  expect(all).toEqual(Array.from({ length: 40 }, (_, n) => BigInt(n)))
  expect(asked).toEqual([0, 10, 20, 30].map(offset => `letters/1@${offset}`))
})

test('who asks for what is on its way gets that', async () => {
  const { asked, hold, fetcher } = logOf(40n)
  const letGo = hold()
  const both = [fetcher.fetch(request(0n)), fetcher.fetch(request(0n))]
  letGo()
  const [first, second] = await Promise.all(both)
  expect(second).toEqual(first)
  expect(asked).toEqual(['letters/1@0'])
})

test('other topics and partitions, what brought nothing, and what is long gone are asked for anew', async () => {
  const { asked, fetcher } = logOf(20n)
  for (const one of [request(0n, 'other'), request(0n, 'other'), request(0n, 'letters', 0), request(20n)])
    await fetcher.fetch(one)
  await fetcher.fetch(request(20n))
  for (const offset of [0n, 10n, 5n]) await fetcher.fetch(request(offset))
  // Of two answers the older one goes.
  const { asked: more, fetcher: longer } = logOf(40n)
  for (const offset of [0n, 10n, 20n, 0n]) await longer.fetch(request(offset))
  expect(asked).toEqual([
    'other/1@0',
    'other/1@0',
    'letters/0@0',
    'letters/1@20',
    'letters/1@20',
    'letters/1@0',
    'letters/1@10',
  ])
  expect(more).toEqual([0, 10, 20, 0].map(offset => `letters/1@${offset}`))
})
