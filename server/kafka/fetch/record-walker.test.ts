import { expect, test } from 'vitest'
import { noteProof, proofSize } from '@/scripts/lib/proof'
import type { FetchRequest } from '../port'
import { decodePartition } from './decode-partition'
import { readBatches } from './log-batch'
import { encodeBatch, encodeOldMessage, record, sealBatch } from './test-batches'

const request: FetchRequest = { topic: 't', positions: [], isolation: 'read_committed' }
const COMPRESSIONS = ['none', 'gzip', 'snappy', 'xerial', 'lz4', 'zstd'] as const
const CODECS = COMPRESSIONS.length

const partOf = (records: Buffer) => ({
  partition: 0,
  errorCode: 0,
  highWatermark: 99n,
  lastStableOffset: 99n,
  logStartOffset: 0n,
  abortedTransactions: [],
  records,
})

function walk(bytes: Buffer) {
  return readBatches(request, 0, 0n, partOf(bytes)).batches.flatMap(batch => {
    const steps = batch.open()
    const found = []
    while (steps.next()) {
      const { key, value, headers, offset, timestampMs } = steps.record()
      found.push({ offset, timestampMs, key, value, headers })
    }
    return found
  })
}

const HEADERS = [
  { name: Buffer.from('a'), value: Buffer.from('1') },
  { name: Buffer.from('a'), value: null },
]
const many = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    record(i * 2, { headers: i % 2 ? HEADERS : [], key: i % 3 ? Buffer.from(`k${i}`) : null }),
  )

test.each(COMPRESSIONS)('the steps over a batch with %s are the records of the decoder', compression => {
  const bytes = encodeBatch({ records: many(20), compression })
  const decoded = decodePartition({
    partition: 0,
    buffer: bytes,
    fetchOffset: 0n,
    isolation: 'read_committed',
    abortedTransactions: [],
  })
  expect(walk(bytes)).toEqual(
    decoded.records.map(({ offset, timestampMs, key, value, headers }) => ({
      offset,
      timestampMs,
      key,
      value,
      headers,
    })),
  )
  expect(decoded.records).toHaveLength(20)
})

test('old formats come out alike', () => {
  const one = { offset: 3n, timestampMs: 5, key: null, value: Buffer.from('v') }
  expect(walk(encodeOldMessage(1, one))).toMatchObject([
    { offset: 3n, timestampMs: 5, key: null, value: Buffer.from('v') },
  ])
})

const runs = proofSize(20_000, 1_000_000)

test(
  `${runs} mutated batches: steps end, stay inside of their bytes, and throw nothing but a reason`,
  () => {
    let state = 0x2545f491
    const random = (below: number) => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return (state >>> 0) % below
    }
    const seeds = Array.from({ length: CODECS }, (_, i) =>
      encodeBatch({ records: many(6), compression: COMPRESSIONS[i] ?? 'none' }),
    )
    let broken = 0
    let read = 0
    for (let run = 0; run < runs; run++) {
      const bytes = Buffer.from(seeds[run % CODECS] ?? Buffer.alloc(0))
      for (let changes = 1 + random(3); changes > 0; changes--) {
        // Mostly behind the header, whose length and codec decide over everything.
        const at = random(10) === 0 ? random(bytes.length) : 57 + random(bytes.length - 57)
        bytes[at] = random(256)
      }
      sealBatch(bytes)
      for (const batch of readBatches(request, 0, 0n, partOf(bytes)).batches) {
        try {
          const steps = batch.open()
          while (steps.next()) {
            expect(steps.end).toBeLessThanOrEqual(steps.body.length)
            expect(steps.valueAt + Math.max(0, steps.valueBytes)).toBeLessThanOrEqual(steps.end)
            steps.record().headers.length
            read++
          }
        } catch (error) {
          expect(error).toMatchObject({ name: 'CorruptBatch' })
          broken++
        }
      }
    }
    expect(broken).toBeGreaterThan(runs / 20)
    expect(read).toBeGreaterThan(runs / 20)
    noteProof('record batches, mutated, stepped over by a search', {
      batches: runs,
      broken,
      recordsRead: read,
    })
  },
  proofSize(60_000, 1_800_000),
)
