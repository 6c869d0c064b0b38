import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { batchBytes, RecordPacker } from '@/server/kafka/index'
import type { RecordSpans } from '@/server/kafka/port'
import { asPacked } from './collect-batch'
import { diffHeaders } from './header-diff'
import { type LedgerEntry, ledgerPartitionOf, ledgerTexts, readLedgerRecord } from './ledger'
import { outgoingRecord, PLAIN_REPLAY, payloadBytes, type ReplayStamp } from './outgoing-record'
import { countItems, countTargets, packItems, type ReplayItem, unpackItems } from './replay-item'
import { createTokenBucket } from './token-bucket'

const NOTHING = Buffer.alloc(0)
const bigOffset = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })
const topic = fc.constantFrom('orders', 'stock', 'a-very.long_name')
const item: fc.Arbitrary<ReplayItem> = fc.record({
  partition: fc.nat(1000),
  offset: bigOffset,
  target: fc.option(fc.record({ topic, partition: fc.nat(1000) }), { nil: null }),
  count: fc.nat(10),
  body: fc.option(fc.record({ topic, partition: fc.nat(10), offset: bigOffset }), { nil: null }),
  outcome: fc.constantFrom('replayed', 'refused', 'failed', 'cancelled', 'unknown', 'remaining'),
  reason: fc.option(fc.string(), { nil: null }),
  targetOffset: fc.option(bigOffset, { nil: null }),
  atMs: fc.option(fc.nat(), { nil: null }),
})

describe('items', () => {
  test('pack and unpack', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 30 }), items => {
        expect(unpackItems(packItems(items))).toEqual(items)
        const counts = countItems(items)
        const { selected, ...outcomes } = counts
        expect(Object.values(outcomes).reduce((sum, n) => sum + n, 0)).toBe(selected)
      }),
    )
  })

  test('long lists and long reasons of any script come back', () => {
    const one: ReplayItem = {
      ...{ partition: 1, offset: 2n ** 62n, target: { topic: 'orders', partition: 0 }, count: 1, body: null },
      ...{ outcome: 'failed', reason: '재고 없음 😀 "x"', targetOffset: null, atMs: 7 },
    }
    const many = Array.from({ length: 3_000 }, (_, n) => ({ ...one, offset: BigInt(n) }))
    const long = { ...one, reason: '가'.repeat(300_000) }
    for (const items of [many, [long], [one, long, one], []])
      expect(unpackItems(packItems(items))).toEqual(items)
  })

  test('what is no packed list is refused', () => {
    for (const text of ['', '{}', '{"v":2,"topics":[],"items":[]}', '{"v":1,"topics":[],"items":[[1,"x"]]}'])
      expect(() => unpackItems(text)).toThrow()
  })

  test('targets count what is written, not what was refused', () => {
    const to = (outcome: ReplayItem['outcome']) =>
      ({ target: { topic: 'orders', partition: 0 }, outcome }) as ReplayItem
    expect(countTargets([to('remaining'), to('replayed'), to('refused')])).toEqual([
      { topic: 'orders', records: 2 },
    ])
  })
})

const ledgerBytes = (entry: LedgerEntry & { targetTopicId: string | null }) => {
  const { key, value } = ledgerTexts(entry)(entry)
  return { key: Buffer.from(key), value: Buffer.from(value) }
}

describe('ledger', () => {
  const entry: LedgerEntry = {
    topicId: '3f0c-uuid',
    partition: 4,
    offset: 2n ** 62n,
    replay: 'r-1',
    atMs: 1_795_000_000_123,
    target: { topic: 'orders', partition: 1, offset: 2n ** 61n },
    count: 2,
    origin: { topic: 'orders', partition: 1, offset: 7n },
  }

  test('what is written is read back, 64 bits and all', () => {
    const record = ledgerBytes({ ...entry, targetTopicId: 'x' })
    expect(readLedgerRecord(record)).toEqual(entry)
    const bare = ledgerBytes({ ...entry, origin: null, targetTopicId: null })
    expect(readLedgerRecord(bare)).toEqual({ ...entry, origin: null })
  })

  test('what is not ours is no entry', () => {
    const record = ledgerBytes({ ...entry, targetTopicId: null })
    const key = (text: string) => ({ ...record, key: Buffer.from(text) })
    for (const strange of [
      { ...record, value: null },
      { ...record, key: null },
      key('not json'),
      key('{"v":2,"topicId":"x","partition":0,"offset":"1"}'),
      key('{"v":1,"topicId":"x","partition":0,"offset":"-1"}'),
      { ...record, value: Buffer.alloc(20_000, '1') },
    ])
      expect(readLedgerRecord(strange)).toBeNull()
  })

  test('slices spread over the ledger, each always at the same place', () => {
    const places = Array.from({ length: 200 }, (_, n) => ledgerPartitionOf('topic', n, 12))
    expect(new Set(places).size).toBe(12)
    expect(places).toEqual(Array.from({ length: 200 }, (_, n) => ledgerPartitionOf('topic', n, 12)))
  })
})

const header = (name: string, value: string | null) => ({
  name: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
})
const stamp = { replay: 'r-1', count: 2, atMs: 1_795_000_000_000, by: null, timestamp: 'now' as const }

describe('the record that is written', () => {
  const record = {
    partition: 3,
    offset: 9n,
    timestampMs: 5,
    key: null,
    value: Buffer.alloc(0),
    headers: [
      header('a', '1'),
      header('kafka_dlt-original-topic', 'orders'),
      header('a', null),
      header('x-replay-count', '1'),
      header('retry_topic-attempts', '3'),
    ],
  } as unknown as Parameters<typeof outgoingRecord>[0]['record']
  const letter = { topic: 'orders-dlt', record, headers: record.headers, family: 'spring' as const }

  test('business headers stay in order, the framework’s go, ours are replaced', () => {
    const out = outgoingRecord(letter, null, 1, stamp)
    expect(out).toMatchObject({ partition: 1, key: null, value: Buffer.alloc(0), timestampMs: stamp.atMs })
    expect(out.headers.map(({ name, value }) => [name.toString(), value?.toString() ?? null])).toEqual([
      ['a', '1'],
      ['a', null],
      ['x-replay-id', 'r-1'],
      ['x-replay-count', '2'],
      ['x-replay-source', 'orders-dlt/3/9'],
      ['x-replay-at', '2026-11-18T11:06:40.000Z'],
      ['x-replay-original-timestamp', '5'],
    ])
  })

  test('a kept timestamp, a name where the configuration asks for it, a body from elsewhere', () => {
    const body = { key: Buffer.from('k'), value: Buffer.from('v') }
    const out = outgoingRecord(letter, body, 1, { ...stamp, by: 'kim', timestamp: 'keep' })
    expect(out).toMatchObject({ ...body, timestampMs: 5 })
    expect(out.headers.at(-1)).toEqual(header('x-replay-by', 'kim'))
    const none = { ...letter, record: { ...record, timestampMs: -1 } }
    expect(outgoingRecord(none, null, 1, { ...stamp, timestamp: 'keep' }).timestampMs).toBe(stamp.atMs)
  })

  test('packed for a transaction, copied from the log or written anew, it has the same bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 80 }).map(array => Buffer.from(array))
    const parts = fc.record({
      key: fc.option(bytes, { nil: null }),
      value: fc.option(bytes, { nil: null }),
      kind: fc.constantFrom('replay' as const, 'copy' as const),
      timestamp: fc.constantFrom('now' as const, 'keep' as const),
    })
    fc.assert(
      fc.property(parts, ({ key, value, kind, timestamp }) => {
        const stored = Buffer.concat([Buffer.from('before'), key ?? NOTHING, value ?? NOTHING, NOTHING])
        const body: RecordSpans = {
          bytes: stored,
          keyAt: 6,
          keyBytes: key?.length ?? -1,
          valueAt: 6 + (key?.length ?? 0),
          valueBytes: value?.length ?? -1,
        }
        const making = { ...PLAIN_REPLAY, kind }
        const given = { ...stamp, timestamp }
        const made = (record: typeof letter.record) => {
          const packed = asPacked(new RecordPacker()).make({ ...letter, record }, null, 1, given, making)
          const { bytes: all, from, to, ...rest } = packed
          return { ...rest, bytes: all.subarray(from, to).toString('hex') }
        }
        expect(made({ ...record, key, value, body })).toEqual(made({ ...record, key, value }))
      }),
    )
  })

  test('sizes: what a person counts, and what the broker counts', () => {
    const one = { key: Buffer.from('k'), value: null, headers: [header('h', null)] }
    expect(payloadBytes(one)).toBe(2)
    expect(batchBytes(one)).toBe(61 + 1 + 3 + 2 + 1 + 1 + 2 + 1)
  })

  test('the difference that is shown: cut, typed, earlier marks replaced in place', () => {
    const headers = [
      header('a', 'x'.repeat(1000)),
      { name: Buffer.from('kafka_dlt-original-offset'), value: Buffer.from([0, 0, 0, 0, 0, 0, 0, 9]) },
      header('x-replay-count', '1'),
      header('n', null),
    ]
    const sample = { partition: 3, offset: 9n, timestampMs: 5, headers }
    const { record: ref, headers: rows } = diffHeaders(sample, 'spring', 'orders-dlt', stamp)
    expect(ref).toEqual({ partition: 3, offset: '9' })
    expect(rows[0]?.before).toHaveLength(301)
    expect(rows[1]).toEqual({ name: 'kafka_dlt-original-offset', before: '9', after: null, role: 'strip' })
    expect(rows[2]).toEqual({ name: 'x-replay-count', before: '1', after: '2', role: 'replace' })
    expect(rows[3]).toEqual({ name: 'n', before: null, after: null, role: 'keep' })
    expect(rows.slice(4).map(row => row.name)).toEqual([
      'x-replay-id',
      'x-replay-source',
      'x-replay-at',
      'x-replay-original-timestamp',
    ])
  })

  test('an edit’s rules show in it as they are applied; a copy strips and adds nothing else', () => {
    const header = (name: string, value: string) => ({ name: Buffer.from(name), value: Buffer.from(value) })
    const headers = [
      header('kafka_dlt-original-topic', 'orders'),
      header('tenant', 'a'),
      header('tenant', 'b'),
      header('old', '1'),
    ]
    const sample = { partition: 0, offset: 1n, timestampMs: 1, headers }
    const rules = [
      { op: 'set', name: 'tenant', value: 'c' },
      { op: 'remove', name: 'old' },
      { op: 'add', name: 'new', value: null },
      { op: 'set', name: 'kafka_dlt-original-topic', value: 'x' },
    ] as const
    const rows = (family: 'spring', stamp: ReplayStamp | null) =>
      diffHeaders(sample, family, 'orders-dlt', stamp, rules)
        .headers.filter(row => !row.name.startsWith('x-replay-'))
        .map(({ name, before, after, role }) => [name, before, after, role])
    const stamp = { replay: 'r-1', count: 1, atMs: 5, by: null, timestamp: 'now' as const }
    const edited = [
      ['tenant', 'a', 'c', 'replace'],
      ['tenant', 'b', null, 'strip'],
      ['old', '1', null, 'strip'],
      ['new', null, null, 'add'],
    ]
    const origin = 'kafka_dlt-original-topic'
    expect(rows('spring', stamp)).toEqual([
      [origin, 'orders', null, 'strip'],
      ...edited,
      [origin, null, 'x', 'add'],
    ])
    expect(rows('spring', null)).toEqual([[origin, 'orders', 'x', 'replace'], ...edited])
  })
})

describe('token bucket', () => {
  const signal = new AbortController().signal

  test('gives a second’s worth, then at the rate', async () => {
    let nowMs = 0
    const bucket = createTokenBucket(10, () => nowMs)
    expect(await bucket.take(100, signal)).toBe(10)
    nowMs = 600
    bucket.giveBack(4)
    expect(await bucket.take(10, signal)).toBe(10)
  })

  test('waits for more, at most a second, and is interrupted', async () => {
    const bucket = createTokenBucket(50, () => performance.now())
    expect(await bucket.take(50, signal)).toBe(50)
    const startedMs = performance.now()
    const given = await bucket.take(5, signal)
    expect(given).toBeGreaterThanOrEqual(4)
    expect(performance.now() - startedMs).toBeGreaterThan(60)
    const slow = createTokenBucket(0.5, () => performance.now())
    expect(await slow.take(1, signal)).toBe(1)
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 20)
    await expect(slow.take(1, controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
