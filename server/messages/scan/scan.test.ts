import { expect, it } from 'vitest'
import type { BatchReader, FetchedBatches, LogBatch } from '@/server/kafka/port'
import { Scan } from './scan'

const FOLLOWED = { order: 'follow', isolation: 'read_uncommitted', aborted: false, filter: null } as const
const BATCHES = 25

/** One record that no one can read. */
const broken = (offset: bigint): LogBatch =>
  ({
    info: { baseOffset: offset, lastOffset: offset, recordCount: 1 },
    maxTimestampMs: 0,
    bytes: 1,
    open: () => {
      throw new Error('checksum')
    },
  }) as unknown as LogBatch

it('a live tail tells of later broken batches too, each of them and its lost partition once', async () => {
  let next = 0n
  const reader: BatchReader = {
    fetch: async () => {
      const batches = [broken(next++)]
      const offsets = { nextOffset: next, highWatermark: next, lastStableOffset: next, logStartOffset: 0n }
      const value: FetchedBatches = { batches, corrupt: null, bytes: 1, ...offsets }
      if (next <= BATCHES) return [{ topic: 't', partition: 0, answer: { ok: true, value } }]
      const problem = { scope: 'partition:t/0', code: 'CLUSTER_DENIED' as const }
      return [{ topic: 't', partition: 0, answer: { ok: false, problem } }]
    },
    close: () => undefined,
  }
  const told: unknown[] = []
  const tell = () => told.push(...scan.news.takeProblems().map(({ code, params }) => params?.offset ?? code))
  const scan = new Scan(
    {
      ...FOLLOWED,
      ranges: [{ topic: 't', partition: 0, low: 0n, high: 0n, position: 0n }],
      limit: 1000,
      budget: { bytes: 1e9, records: 1e9, timeMs: 1e9 },
    },
    {
      openReader: () => reader,
      leaderOf: () => 1,
      readerOf: () => {
        throw new Error('nothing is filtered')
      },
      learn: async () => undefined,
      emit: async () => undefined,
      now: () => 0,
      sleep: async () => {
        tell()
      },
    },
  )
  await scan.run()
  tell()
  tell()
  expect(told).toEqual([...Array.from({ length: BATCHES }, (_, n) => `${n}`), 'CLUSTER_DENIED'])
})
