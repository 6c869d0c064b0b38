import { jsCRC32C, Reader, readRecordsBatch } from '@platformatic/kafka'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scanBatches } from '../fetch/batch-header'
import { decodeBatch } from '../fetch/decode-batch'
import type { PackedRecord } from '../port'
import { cutBatches, nextSequence } from './cut-batches'
import {
  BATCH_HEADER_BYTES,
  type BatchRecord,
  encodeBatch,
  encodePacked,
  recordBytesMax,
} from './encode-batch'
import { RecordPacker } from './record-packer'

const bytes = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array)),
)
const nullable = fc.option(bytes, { nil: null })
// Few names, so that duplicates come up; any bytes, since a name needs not be text.
const name = fc.oneof(
  fc.constantFrom('a', 'b', 'kafka_dlt-original-topic', '').map(text => Buffer.from(text)),
  bytes,
)
const record: fc.Arbitrary<BatchRecord> = fc.record({
  key: nullable,
  value: nullable,
  headers: fc.array(fc.record({ name, value: nullable }), { maxLength: 8 }),
  timestampMs: fc.oneof(
    fc.constantFrom(-1, 0, 1, 253402300799999),
    fc.integer({ min: 1_500_000_000_000, max: 1_900_000_000_000 }),
  ),
})

/** The library's decoder: written by others, so it can't share a mistake of ours. */
function decodedByLibrary(batch: Buffer) {
  const { records, firstTimestamp, ...head } = readRecordsBatch(Reader.from(batch))
  return {
    ...head,
    records: records.map(one => ({
      key: one.key,
      value: one.value,
      headers: one.headers.map(([key, value]) => ({ name: key, value })),
      timestampMs: Number(firstTimestamp + one.timestampDelta),
    })),
  }
}

function decodedByOurs(batch: Buffer) {
  const [view] = scanBatches(batch).batches
  if (!view) throw new Error('no batch')
  return decodeBatch(view, 0, 1 << 26).map(({ key, value, headers, timestampMs }) => ({
    key,
    value,
    headers,
    timestampMs,
  }))
}

const NOTHING = Buffer.alloc(0)
const packOne = (record: BatchRecord) => new RecordPacker().pack({ ...record, partition: 0 })

const plain = (records: readonly BatchRecord[]) =>
  records.map(({ key, value, headers, timestampMs }) => ({
    key: key && [...key],
    value: value && [...value],
    headers: headers.map(one => [[...one.name], one.value && [...one.value]]),
    timestampMs,
  }))

describe('encodeBatch', () => {
  test('two decoders read back every byte, order, duplicate, null and empty', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 40 }), records => {
        const batch = encodeBatch(records)
        expect(plain(decodedByLibrary(batch).records as BatchRecord[])).toEqual(plain(records))
        expect(plain(decodedByOurs(batch))).toEqual(plain(records))
        expect(batch.readInt32BE(8)).toBe(batch.length - 12)
        expect(batch.readUInt32BE(17)).toBe(jsCRC32C(batch.subarray(21)))
      }),
      { numRuns: 400 },
    )
  })

  test('the producer stands in the header', () => {
    const one = { key: null, value: Buffer.from('v'), headers: [], timestampMs: 7 }
    const batch = encodeBatch([one, { ...one, timestampMs: 3 }], {
      producerId: 2n ** 40n,
      producerEpoch: 12,
      baseSequence: 2 ** 31 - 1,
      transactional: true,
    })
    const head = decodedByLibrary(batch)
    expect(head).toMatchObject({
      producerId: 2n ** 40n,
      producerEpoch: 12,
      firstSequence: 2 ** 31 - 1,
      attributes: 16,
      lastOffsetDelta: 1,
      maxTimestamp: 7n,
      magic: 2,
    })
    expect(encodeBatch([one]).readInt16BE(21)).toBe(0)
  })

  test('the bytes of one record, counted by hand from the specification', () => {
    const batch = encodeBatch([
      {
        key: Buffer.from('k'),
        value: null,
        headers: [
          { name: Buffer.from('h'), value: null },
          { name: Buffer.from('h'), value: Buffer.alloc(0) },
        ],
        timestampMs: 1_000,
      },
    ])
    expect(batch.subarray(BATCH_HEADER_BYTES).toString('hex')).toBe('1a000000026b0104026801026800')
  })

  test('refuses what it could not write exactly', () => {
    const at = (timestampMs: number): BatchRecord => ({ key: null, value: null, headers: [], timestampMs })
    expect(() => encodeBatch([])).toThrow(RangeError)
    expect(() => encodeBatch([at(1.5)])).toThrow(RangeError)
    expect(() => encodeBatch([at(0), at(2 ** 52)])).toThrow(RangeError)
  })

  test('recordBytesMax is never less than what a record takes', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), records => {
        const bound = records.reduce((sum, one) => sum + recordBytesMax(packOne(one)), BATCH_HEADER_BYTES)
        expect(encodeBatch(records).length).toBeLessThanOrEqual(bound)
      }),
    )
  })
})

describe('RecordPacker', () => {
  const written = (records: readonly PackedRecord[]) => plain(decodedByOurs(encodePacked(records)))

  test('a log’s records are copied with other headers, the rest as it stood', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 20 }),
        fc.array(fc.record({ name, value: nullable }), { maxLength: 4 }),
        (records, headers) => {
          const [view] = scanBatches(encodeBatch(records)).batches
          if (!view) throw new Error('no batch')
          const packer = new RecordPacker()
          const again = decodeBatch(view, 0, 1 << 26).map(({ body, timestampMs }) =>
            packer.repack(body, { partition: 0, headers, timestampMs }),
          )
          expect(written(again)).toEqual(plain(records.map(one => ({ ...one, headers }))))
        },
      ),
    )
  })

  test('texts with any letter; records larger than a chunk; chunks that are used again', () => {
    const packer = new RecordPacker()
    const large: BatchRecord = { key: null, value: Buffer.alloc(3_000_000, 7), headers: [], timestampMs: 1 }
    const half: BatchRecord = { ...large, value: Buffer.alloc(700_000, 9) }
    for (let round = 0; round < 3; round++) {
      packer.reset()
      const packed = [half, large, half, half].map(one => packer.pack({ ...one, partition: 0 }))
      const text = packer.packText({ key: '주문 😀 ', value: 'é'.repeat(99), partition: 0, timestampMs: 2 })
      const bytes = {
        key: Buffer.from('주문 😀 '),
        value: Buffer.from('é'.repeat(99)),
        headers: [],
        timestampMs: 2,
      }
      const found = decodedByOurs(encodePacked([...packed, text]))
      // Compared as bytes: as lists of numbers, megabytes take minutes.
      for (const [at, one] of [half, large, half, half, bytes].entries()) {
        expect(found[at]?.value?.equals(one.value ?? NOTHING)).toBe(true)
        expect(found[at]?.key?.toString()).toBe(one.key?.toString())
      }
    }
  })
})

describe('cutBatches', () => {
  const of = (partition: number, size: number) =>
    new RecordPacker().pack({ partition, key: null, value: Buffer.alloc(size), headers: [], timestampMs: 0 })

  test('keeps order within a partition, knows every place, stays under the limit', () => {
    const records = [of(0, 400), of(1, 10), of(0, 400), of(0, 400), of(1, 10)]
    const cuts = cutBatches(records, 1000)
    expect(cuts.get(0)?.map(one => one.places)).toEqual([[0, 2], [3]])
    expect(cuts.get(1)?.map(one => one.places)).toEqual([[1, 4]])
  })

  test('a record above the limit stands alone', () => {
    const cuts = cutBatches([of(0, 10), of(0, 5000), of(0, 10)], 1000)
    expect(cuts.get(0)?.map(one => one.places)).toEqual([[0], [1], [2]])
  })

  test('sequences wrap as the broker counts them', () => {
    expect(nextSequence(2 ** 31 - 1, 1)).toBe(0)
    expect(nextSequence(2 ** 31 - 2, 5)).toBe(3)
  })
})
