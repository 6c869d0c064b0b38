import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noteProof, proofSize } from '@/scripts/lib/proof'
import type { LogRecord } from '../port'
import { type DecodeRequest, decodePartition } from './decode-partition'
import {
  compress,
  encodeBatch,
  encodeOldMessage,
  marker,
  record,
  sealBatch,
  type TestRecord,
  varint,
} from './test-batches'

function decode(buffer: Buffer, over: Partial<DecodeRequest> = {}) {
  return decodePartition({
    partition: 0,
    buffer,
    fetchOffset: 0n,
    isolation: 'read_committed',
    abortedTransactions: [],
    ...over,
  })
}

/** A record's own parts as plain data. */
const plain = ({ offset, timestampMs, key, value, headers }: LogRecord): TestRecord => ({
  offset,
  timestampMs,
  key,
  value,
  headers,
})
const offsets = (records: readonly LogRecord[]) => records.map(one => Number(one.offset))

const bytes = fc.uint8Array({ maxLength: 60 }).map(raw => Buffer.from(raw))
const maybe = fc.option(bytes, { nil: null })
const codec = fc.constantFrom('none', 'gzip', 'snappy', 'xerial', 'lz4', 'zstd')
const log = fc.record({
  base: fc.bigInt({ min: 0n, max: 2n ** 60n }),
  batches: fc.array(
    fc.record({
      codec,
      gap: fc.bigInt({ min: 0n, max: 1000n }),
      tail: fc.integer({ min: 0, max: 5 }),
      records: fc.array(
        fc.record({
          step: fc.integer({ min: 1, max: 100 }),
          timestampMs: fc.integer({ min: -1, max: 8_000_000_000_000 }),
          key: maybe,
          value: maybe,
          headers: fc.array(fc.record({ name: bytes, value: maybe }), { maxLength: 3 }),
        }),
        { maxLength: 8 },
      ),
    }),
    { minLength: 1, maxLength: 5 },
  ),
})

/** The batches as bytes, their records, and where each batch ends. */
function build({ base, batches }: typeof log extends fc.Arbitrary<infer T> ? T : never) {
  let next = base
  const built = batches.map(({ codec: compression, gap, tail, records }) => {
    const baseOffset = next + gap
    next = baseOffset
    const made = records.map(({ step, ...rest }): TestRecord => {
      const offset = next + BigInt(step - 1)
      next += BigInt(step)
      return { offset, ...rest }
    })
    next += BigInt(tail) + (records.length === 0 ? 1n : 0n)
    return {
      records: made,
      encoded: encodeBatch({ records: made, baseOffset, lastOffset: next - 1n, compression }),
      end: next,
    }
  })
  return { built, buffer: Buffer.concat(built.map(one => one.encoded)), next }
}

describe('batches of format 2', () => {
  test('come back byte for byte with every codec, gaps and all; positions come from the headers', () => {
    fc.assert(
      fc.property(log, spec => {
        const { built, buffer, next } = build(spec)
        const decoded = decode(buffer, { fetchOffset: spec.base })
        expect(decoded.corrupt).toBeNull()
        expect(decoded.nextOffset).toBe(next)
        expect(decoded.records.map(plain)).toEqual(built.flatMap(one => one.records))
      }),
      { numRuns: 500 },
    )
  })

  test('a truncated last batch is left for the next fetch, wherever it is cut', () => {
    fc.assert(
      fc.property(log, fc.nat(), (spec, seed) => {
        const { built, buffer } = build(spec)
        const cut = buffer.subarray(0, seed % buffer.length)
        let whole = 0
        const complete = built.filter(one => {
          whole += one.encoded.length
          return whole <= cut.length
        })
        const decoded = decode(cut, { fetchOffset: spec.base })
        expect(decoded.corrupt).toBeNull()
        expect(decoded.nextOffset).toBe(complete.at(-1)?.end ?? spec.base)
        expect(decoded.records).toHaveLength(complete.flatMap(one => one.records).length)
      }),
      { numRuns: 300 },
    )
  })

  test('records before the position are left out, or kept when whole batches are wanted', () => {
    const buffer = Buffer.concat([
      encodeBatch({ records: [record(4), record(5), record(6)] }),
      encodeBatch({ records: [record(7)] }),
    ])
    expect(offsets(decode(buffer, { fetchOffset: 6n }).records)).toEqual([6, 7])
    expect(offsets(decode(buffer, { fetchOffset: 6n, wholeBatches: true }).records)).toEqual([4, 5, 6, 7])
  })

  test("timestamps: the record's, the broker's, or none", () => {
    const records = [record(0, { timestampMs: 5 }), record(1, { timestampMs: -1 })]
    const created = decode(encodeBatch({ records })).records
    expect(created.map(one => [one.timestampMs, one.timestampType])).toEqual([
      [5, 'CreateTime'],
      [-1, 'NoTimestamp'],
    ])
    const appended = decode(encodeBatch({ records, appendTimeMs: 99 })).records
    expect(appended.map(one => [one.timestampMs, one.timestampType])).toEqual([
      [99, 'LogAppendTime'],
      [99, 'LogAppendTime'],
    ])
  })

  test('an empty batch that compaction left moves the position', () => {
    const decoded = decode(encodeBatch({ records: [], baseOffset: 3n, lastOffset: 90n }), { fetchOffset: 3n })
    expect(decoded).toEqual({ records: [], nextOffset: 91n, corrupt: null })
  })
})

describe('transactions', () => {
  const data = (producerId: bigint, ...at: number[]) =>
    encodeBatch({ records: at.map(offset => record(offset)), producerId, transactional: true })
  /** 1: aborted 0-4, committed 10, aborted 12-15; 2: committed, interleaved; 3: aborted, begun before the fetch. */
  const interleaved = Buffer.concat([
    data(3n, 0),
    data(1n, 1, 2),
    data(2n, 3),
    marker(4n, 3n, 'abort'),
    data(1n, 5),
    marker(6n, 1n, 'abort'),
    encodeBatch({ records: [record(7)], producerId: 1n }),
    data(3n, 8),
    data(2n, 9),
    marker(10n, 2n, 'commit'),
    data(1n, 11),
    marker(12n, 1n, 'commit'),
    data(1n, 13, 14),
    marker(15n, 1n, 'abort'),
    marker(16n, 3n, 'commit'),
    encodeBatch({ records: [record(17)] }),
  ])
  const abortedTransactions = [
    { producerId: 1n, firstOffset: 13n },
    { producerId: 3n, firstOffset: -5n },
    { producerId: 1n, firstOffset: 1n },
  ]

  test('aborted records are dropped, markers never shown, several ranges of one producer told apart', () => {
    const decoded = decode(interleaved, { abortedTransactions })
    expect(offsets(decoded.records)).toEqual([3, 7, 8, 9, 11, 17])
    expect(decoded.nextOffset).toBe(18n)
  })

  test('or kept and marked', () => {
    const { records } = decode(interleaved, { abortedTransactions, includeAborted: true })
    expect(offsets(records)).toEqual([0, 1, 2, 3, 5, 7, 8, 9, 11, 13, 14, 17])
    expect(offsets(records.filter(one => one.batch.aborted))).toEqual([0, 1, 2, 5, 13, 14])
  })

  test('uncommitted reading shows all of it', () => {
    const { records } = decode(interleaved, { isolation: 'read_uncommitted' })
    expect(records).toHaveLength(12)
  })
})

describe('formats 0 and 1', () => {
  const key = Buffer.from('k')
  const message = (magic: 0 | 1, offset: bigint, timestampMs = 50) =>
    encodeOldMessage(magic, {
      offset,
      timestampMs,
      key: offset % 2n ? key : null,
      value: offset === 3n ? null : Buffer.from(`v${offset}`),
    })
  const told = (records: readonly LogRecord[]) =>
    records.map(one => [
      Number(one.offset),
      one.timestampMs,
      one.key?.toString() ?? null,
      one.value?.toString() ?? null,
    ])

  test('single messages', () => {
    const buffer = Buffer.concat([message(0, 2n), message(1, 3n), message(1, 5n)])
    const decoded = decode(buffer)
    expect(told(decoded.records)).toEqual([
      [2, -1, null, 'v2'],
      [3, 50, 'k', null],
      [5, 50, 'k', 'v5'],
    ])
    expect(decoded.nextOffset).toBe(6n)
    expect(decoded.records[0]?.timestampType).toBe('NoTimestamp')
  })

  test.each(['gzip', 'snappy', 'lz4'] as const)(
    'compressed by %s: offsets absolute in 0, relative in 1',
    codecName => {
      const attributes = { gzip: 1, snappy: 2, lz4: 3 }[codecName]
      const wrap = (magic: 0 | 1, offset: bigint, inner: Buffer[]) =>
        encodeOldMessage(magic, {
          offset,
          timestampMs: 70,
          key: null,
          value: compress(codecName, Buffer.concat(inner)),
          attributes,
        })
      const zero = wrap(0, 12n, [message(0, 10n), message(0, 12n)])
      const one = wrap(1, 22n, [message(1, 0n), message(1, 1n), message(1, 2n)])
      const decoded = decode(Buffer.concat([zero, one]), { fetchOffset: 11n })
      expect(offsets(decoded.records)).toEqual([12, 20, 21, 22])
      expect(decoded.records[1]?.batch.compression).toBe(codecName)
      expect(decoded.nextOffset).toBe(23n)
    },
  )

  test('a wrapper that claims the time of its appending gives it to all inside', () => {
    const value = compress('gzip', Buffer.concat([message(1, 0n, 1), message(1, 1n, 2)]))
    const wrapper = encodeOldMessage(1, { offset: 1n, timestampMs: 70, key: null, value, attributes: 1 | 8 })
    expect(decode(wrapper).records.map(one => [one.timestampMs, one.timestampType])).toEqual([
      [70, 'LogAppendTime'],
      [70, 'LogAppendTime'],
    ])
  })
})

describe('broken and hostile bytes', () => {
  test('a wrong checksum: what came before is answered, the batch named, and where to go on', () => {
    const bad = encodeBatch({ records: [record(2), record(3)] })
    bad[70] = (bad[70] ?? 0) ^ 1
    const buffer = Buffer.concat([
      encodeBatch({ records: [record(0)] }),
      bad,
      encodeBatch({ records: [record(9)] }),
    ])
    const first = decode(buffer)
    expect(offsets(first.records)).toEqual([0])
    expect(first.corrupt).toEqual({ offset: 2n, nextOffset: 9n, reason: 'checksum', fault: 'checksum' })
    expect(decode(bad, { fetchOffset: 3n }).corrupt).toEqual({
      offset: 3n,
      nextOffset: 4n,
      reason: 'checksum',
      fault: 'checksum',
    })
  })

  test('an old message with a wrong checksum', () => {
    const bad = encodeOldMessage(1, { offset: 4n, timestampMs: 1, key: null, value: Buffer.from('v') })
    bad[30] = 1
    expect(decode(bad).corrupt).toMatchObject({ offset: 4n, reason: 'checksum' })
  })

  test.each(['gzip', 'zstd', 'lz4', 'snappy', 'xerial'] as const)('a bomb in %s is refused', compression => {
    const body = compress(compression, Buffer.alloc(9_000_000))
    const bomb = encodeBatch({ records: [record(0)], compression, body })
    const decoded = decode(bomb, { maxInflatedBytes: 1_000_000 })
    expect(decoded.corrupt).toMatchObject({ offset: 0n, nextOffset: 1n })
    expect(
      decode(encodeBatch({ records: [record(0)], compression }), { maxInflatedBytes: 1_000_000 }).records,
    ).toHaveLength(1)
  })

  test('a snappy block that promises gigabytes allocates none', () => {
    const body = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x61])
    expect(decode(encodeBatch({ records: [record(0)], compression: 'snappy', body })).corrupt?.reason).toBe(
      'snappy: bad length',
    )
  })

  test.each([
    ['a length beyond the batch', varint(5000)],
    ['a negative length', varint(-3)],
    ['a number that never ends', Buffer.alloc(12, 0xff)],
    ['nothing', Buffer.alloc(0)],
    [
      'a billion headers',
      Buffer.concat([varint(12), Buffer.from([0, 0, 0, 1, 1]), varint(1_000_000_000), Buffer.alloc(2)]),
    ],
    [
      'a value of two gigabytes',
      Buffer.concat([varint(11), Buffer.from([0, 0, 0, 1]), varint(2_000_000_000), Buffer.alloc(2)]),
    ],
    ['an offset outside', Buffer.concat([varint(6), Buffer.from([0, 0, 50, 1, 1, 0])])],
    ['bytes after the record', Buffer.concat([varint(8), Buffer.from([0, 0, 0, 1, 1, 0, 0, 0])])],
  ])('%s in a record', (_, body) => {
    const decoded = decode(encodeBatch({ records: [record(0)], body }))
    expect(decoded.records).toEqual([])
    expect(decoded.corrupt).toMatchObject({ offset: 0n, nextOffset: 1n })
  })

  test('a record count of two billion', () => {
    const batch = encodeBatch({ records: [record(0)] })
    batch.writeInt32BE(2_000_000_000, 57)
    expect(decode(sealBatch(batch)).corrupt?.reason).toBe('more records than bytes')
  })

  test.each([
    ['format 9', 16, 9],
    ['a negative length', 8, 0x80],
    ['a length of nothing', 11, 0],
  ])('%s in a header ends reading there', (_, at, value) => {
    const batch = Buffer.concat([
      encodeBatch({ records: [record(5)] }),
      encodeBatch({ records: [record(6)] }),
    ])
    batch[at] = value
    expect(decode(batch)).toMatchObject({ records: [], nextOffset: 0n, corrupt: { nextOffset: null } })
  })

  const runs = proofSize(50_000, 1_000_000)
  test(
    `${runs} mutated batches: never a crash, never an endless position, never much memory`,
    () => {
      const seeds = (['none', 'gzip', 'snappy', 'xerial', 'lz4', 'zstd'] as const).map(compression =>
        encodeBatch({
          records: Array.from({ length: 6 }, (_, i) =>
            record(i + 3, {
              key: Buffer.from(`key ${i}`),
              headers: [{ name: Buffer.from('h'), value: Buffer.from('xxxxxxxxxxxxxx') }],
            }),
          ),
          compression,
        }),
      )
      seeds.push(marker(3n, 7n, 'abort'))
      const inner = Buffer.concat(
        [0n, 1n].map(offset => encodeOldMessage(1, { offset, key: null, value: Buffer.from('v') })),
      )
      seeds.push(
        encodeOldMessage(1, { offset: 3n, key: null, value: compress('gzip', inner), attributes: 1 }),
      )
      let seed = 42
      const random = (below: number) => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
        return Math.floor((seed / 2 ** 32) * below)
      }
      const outcomes = { whole: 0, corrupt: 0 }
      for (let run = 0; run < runs; run++) {
        const batch = Buffer.from(seeds[run % seeds.length] ?? Buffer.alloc(0))
        for (let hits = 1 + random(3); hits > 0; hits--)
          batch[random(batch.length)] = random(4) === 0 ? 0xff : random(256)
        // Half of them with a right checksum, so that what lies behind it is reached too.
        if (run % 2 === 0) sealBatch(batch)
        const decoded = decode(batch, {
          fetchOffset: 3n,
          maxInflatedBytes: 1_000_000,
          abortedTransactions: [{ producerId: 7n, firstOffset: 0n }],
        })
        expect(decoded.nextOffset).toBeGreaterThanOrEqual(3n)
        if (decoded.corrupt) {
          outcomes.corrupt++
          expect(decoded.corrupt.nextOffset === null || decoded.corrupt.nextOffset > decoded.nextOffset).toBe(
            true,
          )
        } else outcomes.whole++
        // Everything lazy is asked for.
        for (const one of decoded.records) plain(one)
      }
      expect(outcomes.corrupt).toBeGreaterThan(runs * 0.4)
      expect(outcomes.whole).toBeGreaterThan(runs * 0.02)
      noteProof('record batches, mutated', { batches: runs, ...outcomes })
    },
    proofSize(60_000, 3_600_000),
  )
})
