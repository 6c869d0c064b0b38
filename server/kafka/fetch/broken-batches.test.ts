import { describe, expect, test } from 'vitest'
import { serdeReader } from '@/server/messages/match/serde-reader'
import { Scan } from '@/server/messages/scan/scan'
import type { Hit, ScanOrder, ScanPlan } from '@/server/messages/scan/scan-types'
import { autoPlan } from '@/server/serde/serde-plan'
import type { BatchReader, FetchRequest } from '../port'
import { decodePartition } from './decode-partition'
import { readBatches } from './log-batch'
import { compress, encodeBatch, record, sealBatch } from './test-batches'

/**
 * A log of batches that no broker would hand out, read as a broker hands it out: whole batches from the one
 * that holds the offset.
 */
type Log = { bytes: Buffer; first: bigint; last: bigint }[]

const BOMB_BYTES = 80 * 1024 * 1024

const good = (from: number, to: number) =>
  encodeBatch({ records: Array.from({ length: to - from + 1 }, (_, i) => record(from + i)) })

function broken(from: number, to: number, break_: (batch: Buffer) => void): Buffer {
  const batch = good(from, to)
  break_(batch)
  return batch
}

const PARTS: [Buffer, number, number][] = [
  [good(0, 9), 0, 9],
  // Bits that fell over on a disk: the checksum tells.
  [broken(10, 19, batch => batch.writeUInt8(batch.readUInt8(90) ^ 4, 90)), 10, 19],
  [good(20, 29), 20, 29],
  [
    encodeBatch({
      records: [record(30)],
      lastOffset: 39n,
      compression: 'zstd',
      body: compress('zstd', Buffer.alloc(BOMB_BYTES)),
    }),
    30,
    39,
  ],
  [good(40, 49), 40, 49],
  [
    broken(50, 59, batch => {
      batch.writeInt16BE(6, 21)
      sealBatch(batch)
    }),
    50,
    59,
  ],
  [good(60, 69), 60, 69],
  [
    encodeBatch({
      records: [record(70)],
      lastOffset: 79n,
      compression: 'gzip',
      body: Buffer.from('no gzip'),
    }),
    70,
    79,
  ],
  // More records than the bytes can hold.
  [
    broken(80, 89, batch => {
      batch.writeInt32BE(2_000_000_000, 57)
      sealBatch(batch)
    }),
    80,
    89,
  ],
  [good(90, 99), 90, 99],
]
const log: Log = PARTS.map(([bytes, first, last]) => ({ bytes, first: BigInt(first), last: BigInt(last) }))
const END = 100n

function readerOf(): BatchReader {
  return {
    async fetch(request: FetchRequest) {
      return request.positions.map(({ partition, offset }) => {
        const records = Buffer.concat(log.filter(({ last }) => last >= offset).map(one => one.bytes))
        const part = {
          partition,
          errorCode: 0,
          highWatermark: END,
          lastStableOffset: END,
          logStartOffset: 0n,
          abortedTransactions: [],
          records,
        }
        const value = { ...part, ...readBatches(request, partition, offset, part), bytes: records.length }
        return { partition, answer: { ok: true as const, value } }
      })
    },
    giveBack: () => undefined,
    close: () => undefined,
  }
}

async function scan(order: ScanOrder, filter: ScanPlan['filter']) {
  const hits: Hit[] = []
  const down = order === 'desc'
  const running = new Scan(
    {
      ranges: [{ topic: 't', partition: 0, low: 0n, high: END, position: down ? END : 0n }],
      order,
      isolation: 'read_committed',
      aborted: false,
      filter,
      limit: 1000,
      budget: { bytes: 1e12, records: 1e9, timeMs: 1e9 },
    },
    {
      openReader: readerOf,
      leaderOf: () => 1,
      startsIn: async () => new Map(),
      readerOf: topic => serdeReader(autoPlan(topic)),
      learn: async () => undefined,
      emit: async some => void hits.push(...some),
      now: () => 0,
      sleep: async () => undefined,
    },
  )
  return { end: await running.run(), offsets: hits.map(hit => Number(hit.offset)) }
}

const READABLE = Array.from({ length: 100 }, (_, n) => n).filter(n =>
  [0, 2, 4, 6, 9].includes(Math.floor(n / 10)),
)

describe.each(['asc', 'desc', 'partition'] as const)('batches that can not be read, %s', order => {
  test.each([
    ['without a filter', null],
    [
      'with one',
      {
        key: null,
        contains: { bytes: Buffer.from('value'), text: 'value', ignoreCase: false, parts: ['value'] },
        headers: [],
        filter: null,
      } satisfies ScanPlan['filter'],
    ],
  ])('%s: each is named with its reason, and the scan goes on to its end', async (_, filter) => {
    const { end, offsets } = await scan(order, filter)
    expect(offsets).toEqual(order === 'desc' ? [...READABLE].reverse() : READABLE)
    expect(end).toMatchObject({ reason: 'end', more: false, percent: 100 })
    const told = new Map(
      end.problems.map(({ code, params }) => [params?.offset, `${code} ${params?.fault}: ${params?.reason}`]),
    )
    expect([...told.keys()].sort()).toEqual(['10', '30', '50', '70', '80'])
    expect(told.get('10')).toBe('DECODE_FAILED checksum: checksum')
    expect(told.get('30')).toMatch(/^DECODE_FAILED too-large: zstd: /)
    expect(told.get('50')).toBe('DECODE_FAILED codec: unknown codec 6')
    expect(told.get('70')).toMatch(/^DECODE_FAILED compression: gzip: /)
    expect(told.get('80')).toBe('DECODE_FAILED structure: more records than bytes')
  })
})

test.each([5, 6, 7])('a page names codec %i, which nobody knows, and where to go on', codec => {
  const bad = broken(2, 3, batch => {
    batch.writeInt16BE(codec, 21)
    sealBatch(batch)
  })
  const decode = (buffer: Buffer, fetchOffset: bigint) =>
    decodePartition({
      partition: 0,
      buffer,
      fetchOffset,
      isolation: 'read_committed',
      abortedTransactions: [],
    })
  const reason = `unknown codec ${codec}`
  expect(decode(Buffer.concat([bad, good(4, 4)]), 2n).corrupt).toEqual({
    ...{ offset: 2n, nextOffset: 4n },
    ...{ reason, fault: 'codec' },
  })
  expect(decode(good(4, 4), 4n).records.map(one => one.offset)).toEqual([4n])
})
