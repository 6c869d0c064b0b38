import { expect, it } from 'vitest'
import type { BatchReader, FetchedBatches, LogBatch } from '@/server/kafka/port'
import { Scan, type ScanDeps } from './scan'
import type { ScanPlan } from './scan-types'

const FOLLOWED = {
  order: 'follow',
  isolation: 'read_uncommitted',
  aborted: false,
  filter: null,
  limit: 1000,
  budget: { bytes: 1e9, records: 1e9, timeMs: 1e9 },
} satisfies Partial<ScanPlan>
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

const unasked: Omit<ScanDeps, 'openReader' | 'now' | 'sleep'> = {
  leaderOf: () => 1,
  startsIn: () => Promise.reject(new Error('every partition has begun')),
  readerOf: () => {
    throw new Error('nothing is filtered')
  },
  learn: async () => undefined,
  emit: async () => undefined,
}

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
    giveBack: () => undefined,
    close: () => undefined,
  }
  const told: unknown[] = []
  const tell = () => told.push(...scan.news.takeProblems().map(({ code, params }) => params?.offset ?? code))
  const scan = new Scan(
    {
      ...FOLLOWED,
      ranges: [{ topic: 't', partition: 0, low: 0n, high: 0n, position: 0n }],
    },
    {
      ...unasked,
      openReader: () => reader,
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

it('a live tail takes in a partition whose leader comes after it began, where it would have begun', async () => {
  const from = { at: 'time', timestampMs: 7 } as const
  const problem = { scope: 'partition:t/1', code: 'LEADER_UNAVAILABLE' } as const
  const asked: unknown[] = []
  const fetched: bigint[] = []
  let nowMs = 0
  const reader: BatchReader = {
    fetch: async ({ positions }) => {
      fetched.push(...positions.map(one => one.offset))
      scan.cancel()
      return []
    },
    giveBack: () => undefined,
    close: () => undefined,
  }
  const scan = new Scan(
    {
      ...FOLLOWED,
      ranges: [{ topic: 't', partition: 1, low: 0n, high: 0n, position: 0n, joins: { from, problem } }],
    },
    {
      ...unasked,
      openReader: () => reader,
      startsIn: async (topic, partitions, at) => {
        asked.push({ topic, partitions, at })
        if (asked.length === 1) throw new Error('nobody answers')
        return new Map(asked.length === 2 ? [] : [[1, 42n]])
      },
      now: () => nowMs,
      sleep: async ms => {
        nowMs += ms
      },
    },
  )
  expect(scan.news.takeProblems()).toEqual([problem])
  await scan.run()
  expect(asked).toEqual(Array(3).fill({ topic: 't', partitions: [1], at: from }))
  expect(scan.news.takeRecovered()).toEqual([problem])
  expect(fetched).toEqual([42n])
})
