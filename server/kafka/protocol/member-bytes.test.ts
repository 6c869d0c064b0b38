import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeAssignment, decodeSubscription } from './member-bytes'

const int16 = (value: number) => {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const text = (value: string) => Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])

const subscription = (version: number, topics: string[], rest = Buffer.alloc(0)) =>
  Buffer.concat([int16(version), int32(topics.length), ...topics.map(text), int32(-1), rest])
const assignment = (topics: [string, number[]][]) =>
  Buffer.concat([
    int16(1),
    int32(topics.length),
    ...topics.flatMap(([name, partitions]) => [
      text(name),
      int32(partitions.length),
      ...partitions.map(int32),
    ]),
    int32(-1),
  ])

describe('what members write', () => {
  it('subscriptions of versions 0 to 3 and of ones to come', () => {
    const owned = Buffer.concat([int32(1), text('a'), int32(1), int32(0)])
    expect(decodeSubscription(subscription(0, ['b', 'a']))).toEqual(['a', 'b'])
    expect(decodeSubscription(subscription(1, ['주문'], owned))).toEqual(['주문'])
    expect(
      decodeSubscription(subscription(3, ['a'], Buffer.concat([owned, int32(7), text('rack')]))),
    ).toEqual(['a'])
    expect(decodeSubscription(subscription(9, ['a']))).toEqual(['a'])
  })

  it('assignments, sorted', () => {
    expect(
      decodeAssignment(
        assignment([
          ['b', [2, 0]],
          ['a', [1]],
        ]),
      ),
    ).toEqual([
      { topic: 'a', partitions: [1] },
      { topic: 'b', partitions: [0, 2] },
    ])
  })

  it('nothing for nothing, and for what is something else', () => {
    expect(decodeSubscription(Buffer.alloc(0))).toEqual([])
    expect(decodeAssignment(Buffer.from([0]))).toEqual([])
    expect(decodeAssignment(Buffer.concat([int16(1), int32(2_000_000_000)]))).toEqual([])
    expect(decodeSubscription(Buffer.concat([int16(1), int32(1), int16(500), Buffer.from('short')]))).toEqual(
      [],
    )
    expect(decodeSubscription(Buffer.concat([int16(-1), int32(1)]))).toEqual([])
  })

  it('never throw and never grow beyond their bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
        const topics = decodeSubscription(Buffer.from(bytes))
        const assigned = decodeAssignment(Buffer.from(bytes))
        expect(topics.length).toBeLessThanOrEqual(200)
        expect(assigned.reduce((sum, one) => sum + one.partitions.length, 0)).toBeLessThanOrEqual(100)
      }),
      { numRuns: 2_000 },
    )
  })
})
