import { expect, test } from 'vitest'
import type { FetchedPartition, Fetcher, FetchRequest, KafkaCluster, LogRecord } from '@/server/kafka/port'
import { type LetterReader, readLetters } from './read-letters'

const BATCH = 10

/** A letter of which each part is a view of `frame`. */
function letterAt(at: number, frame: Buffer, from: number): { record: LogRecord; end: number } {
  let end = from
  const view = (text: string) => {
    const begin = end
    end += frame.write(text, begin)
    return frame.subarray(begin, end)
  }
  const header = (name: string, value: string) => ({ name: view(name), value: view(value) })
  const record = {
    ...{ partition: 0, offset: BigInt(at), timestampMs: 1_700_000_000_000 + at, timestampType: 'CreateTime' },
    key: view(`key ${at}`),
    value: view(`{"n":${at}}`),
    headers: [
      header('dead-letter-topic', `orders-${at % 3}`),
      header('dead-letter-partition', '1'),
      header('dead-letter-offset', String(100 + at)),
      header('dead-letter-exception-class-name', `com.acme.Failed${at}`),
      header('dead-letter-reason', `no stock of ${at}`),
    ],
  }
  return { record: record as unknown as LogRecord, end }
}

/** A partition of forty letters, ten an answer. What is given back is overwritten at once. */
function log(reuses: boolean) {
  const frames = new Map<FetchedPartition, Buffer>()
  const given: number[] = []
  const fetcher: Fetcher = {
    async fetch({ positions }: FetchRequest) {
      return positions.map(({ partition, offset }) => {
        const from = Math.floor(Number(offset) / BATCH) * BATCH
        const frame = Buffer.alloc(4096)
        const records: LogRecord[] = []
        let at = 0
        for (let n = 0; n < BATCH; n++) {
          const { record, end } = letterAt(from + n, frame, at)
          records.push(record)
          at = end
        }
        const found = { records, nextOffset: BigInt(from + BATCH) }
        const ends = { highWatermark: 40n, lastStableOffset: 40n, logStartOffset: 0n, bytes: at }
        const part: FetchedPartition = { partition, answer: { ok: true, value: { ...found, ...ends } } }
        frames.set(part, frame)
        return part
      })
    },
    ...(reuses && {
      giveBack: (answers: readonly FetchedPartition[]) => {
        for (const answer of answers) given.push(frames.get(answer)?.fill(0xff).length ?? 0)
      },
    }),
    close: () => undefined,
  }
  return { fetcher, given }
}

function read(fetcher: Fetcher) {
  const reader: LetterReader = {
    fetcher,
    cluster: {} as KafkaCluster,
    topic: 'dead-letter-topic-orders',
    by: null,
    mayRead: () => true,
    signal: new AbortController().signal,
  }
  return readLetters(reader, new Map([[0, BigInt64Array.from({ length: 40 }, (_, n) => BigInt(n))]]))
}

test('letters and samples hold nothing of what was fetched: each answer’s memory goes back once it is read', async () => {
  const { fetcher, given } = log(true)
  const { letters, samples } = await read(fetcher)
  expect(given).toHaveLength(4)
  const plain = await read(log(false).fetcher)
  expect([...letters]).toEqual([...plain.letters])
  expect(samples).toEqual(plain.samples)
  expect([...letters].map(({ decoded }) => decoded?.origin.topic).slice(0, 3)).toEqual([
    'orders-0',
    'orders-1',
    'orders-2',
  ])
  expect(samples[19]?.headers[4]?.value?.toString()).toBe('no stock of 19')
})
