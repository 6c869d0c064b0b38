import { describe, expect, it } from 'vitest'
import type { BatchReader, FetchedBatches, LogBatch, LogRecord, RecordSteps } from '@/server/kafka/port'
import { Scan } from './scan'
import type { Hit, ScanPlan } from './scan-types'

const MIB = 1024 * 1024
const PER_BATCH = 10
const BATCHES = 12
const RECORDS = PER_BATCH * BATCHES
const PARTITIONS = 2
/** Two mebibytes a record that a kilobyte a batch stands for: the whole log comes in one fetch. */
const VALUE = Buffer.alloc(2 * MIB)
const BATCH_BYTES = 1000

let made = 0

function batchAt(partition: number, index: number): LogBatch {
  const baseOffset = BigInt(index * PER_BATCH)
  const info = { baseOffset, lastOffset: baseOffset + BigInt(PER_BATCH - 1), recordCount: PER_BATCH }
  const timeOf = (offset: bigint) => Number(offset) * 10 + partition
  const steps = () => {
    let offset = baseOffset - 1n
    return {
      get offset() {
        return offset
      },
      next: () => ++offset <= info.lastOffset,
      record: () => {
        made++
        return {
          partition,
          offset,
          timestampMs: timeOf(offset),
          timestampType: 'CreateTime',
          key: null,
          value: VALUE,
          headers: [],
          batch: info,
        } as unknown as LogRecord
      },
    } as unknown as RecordSteps
  }
  const maxTimestampMs = timeOf(info.lastOffset)
  return { info, maxTimestampMs, bytes: BATCH_BYTES, open: steps } as unknown as LogBatch
}

const reader: BatchReader = {
  fetch: async ({ positions }) =>
    positions.map(({ partition, offset }) => {
      const first = Number(offset) / PER_BATCH
      const batches = Array.from({ length: BATCHES }, (_, i) => batchAt(partition, i)).slice(
        Math.floor(first),
      )
      const end = BigInt(RECORDS)
      const value: FetchedBatches = {
        batches,
        corrupt: null,
        bytes: batches.length * BATCH_BYTES,
        nextOffset: end,
        highWatermark: end,
        lastStableOffset: end,
        logStartOffset: 0n,
      }
      return { topic: 't', partition, answer: { ok: true, value } }
    }),
  giveBack: () => undefined,
  close: () => undefined,
}

async function scanned(order: ScanPlan['order'], plan: Partial<ScanPlan> = {}) {
  const places: string[] = []
  let mostWaiting = 0
  made = 0
  const position = order === 'desc' ? BigInt(RECORDS) : 0n
  const ranges = Array.from({ length: PARTITIONS }, (_, partition) => ({
    topic: 't',
    partition,
    low: 0n,
    high: BigInt(RECORDS),
    position,
  }))
  const scan = new Scan(
    {
      ranges,
      order,
      isolation: 'read_uncommitted',
      aborted: false,
      filter: null,
      limit: 1e9,
      budget: { bytes: 1e12, records: 1e9, timeMs: 1e9 },
      ...plan,
    },
    {
      openReader: () => reader,
      leaderOf: () => 1,
      startsIn: () => Promise.reject(new Error('no tail')),
      readerOf: () => {
        throw new Error('nothing is filtered')
      },
      learn: async () => undefined,
      emit: async (hits: Hit[]) => {
        mostWaiting = Math.max(mostWaiting, made - places.length)
        places.push(...hits.map(hit => `${hit.partition}/${hit.offset}`))
      },
      now: () => 0,
      sleep: async () => undefined,
    },
  )
  const end = await scan.run()
  return { places, mostWaiting, end }
}

const upwards = Array.from({ length: RECORDS * PARTITIONS }, (_, i) => `${i % 2}/${Math.floor(i / 2)}`)
const byPartition = [
  ...upwards.filter(one => one.startsWith('0')),
  ...upwards.filter(one => one.startsWith('1')),
]

describe('a scan of hits that weigh far more than what was fetched for them', () => {
  it.each([
    ['asc' as const, upwards],
    ['desc' as const, upwards.toReversed()],
    ['partition' as const, byPartition],
  ])('hands out each of them once, in its order (%s)', async (order, places) => {
    const found = await scanned(order)
    expect(found.places).toEqual(places)
    expect(found.end).toMatchObject({ reason: 'end', more: false })
  })

  it('holds few at a time, and leaves the others packed until it is their turn', async () => {
    // Of each partition's 32 MiB, a batch beyond, and what was looked at again.
    const { mostWaiting } = await scanned('partition')
    expect(mostWaiting * 2).toBeLessThanOrEqual(32 + 2 * PER_BATCH)
  })

  it('ends where one answer is full, and goes on from there', async () => {
    const { places, end } = await scanned('desc', { answer: { bytes: 16 * MIB, partBytes: MIB } })
    expect(places).toEqual(upwards.toReversed().slice(0, 16))
    expect(end).toMatchObject({ reason: 'budget', detail: 'bytes', more: true })
    const edges = end.edges.map(({ partition, offset }) => [partition, offset])
    expect(edges).toEqual([
      [0, BigInt(RECORDS - 8)],
      [1, BigInt(RECORDS - 8)],
    ])
  })
})
