import { lz4Compress, snappyCompress } from '@platformatic/wasm-utils'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lz4Decompress } from './lz4'
import { snappyDecompress } from './snappy'

const MAX = 4_000_000

/**
 * Text that repeats itself at all distances, runs of one byte, and noise: what exercises every kind of back
 * reference.
 */
const data = fc
  .array(
    fc.oneof(
      fc.record({
        word: fc.string({ minLength: 1, maxLength: 12 }),
        times: fc.integer({ min: 1, max: 2000 }),
      }),
      fc.record({ word: fc.uint8Array({ minLength: 1, maxLength: 300 }), times: fc.constant(1) }),
    ),
    { maxLength: 60 },
  )
  .map(parts =>
    Buffer.concat(parts.flatMap(({ word, times }) => Array.from({ length: times }, () => Buffer.from(word)))),
  )

describe.each([
  ['lz4', lz4Compress, lz4Decompress],
  ['snappy', snappyCompress, snappyDecompress],
] as const)('%s', (_, compress, decompress) => {
  test('gives back what was compressed, and refuses to exceed its limit by a byte', () => {
    fc.assert(
      fc.property(data, raw => {
        fc.pre(raw.length > 0)
        const packed = Buffer.from(compress(raw))
        expect(decompress(packed, MAX).equals(raw)).toBe(true)
        if (raw.length > 1) expect(() => decompress(packed, raw.length - 1)).toThrow()
        expect(decompress(packed, Math.max(1, raw.length)).equals(raw)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  test('half of it is refused', () => {
    const packed = Buffer.from(compress(Buffer.from('in the beginning '.repeat(500))))
    expect(() => decompress(packed.subarray(0, packed.length >> 1), MAX)).toThrow()
  })
})

const lz4Frame = (...block: number[]) =>
  Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, block.length, 0, 0, 0, ...block, 0, 0, 0, 0])

test('lz4: several frames, skippable ones, stored blocks', () => {
  const stored = Buffer.from([
    0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 2, 0, 0, 0x80, 0x68, 0x69, 0, 0, 0, 0,
  ])
  const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9])
  expect(lz4Decompress(Buffer.concat([stored, skippable, lz4Frame(0x10, 0x21)]), MAX).toString()).toBe('hi!')
})

test.each([
  ['a reference before the beginning', lz4Frame(0x10, 0x61, 2, 0)],
  ['a reference to nowhere', lz4Frame(0x10, 0x61, 0, 0)],
  ['literals beyond the block', lz4Frame(0x50, 0x61)],
  ['no frame', Buffer.alloc(20)],
])('lz4: %s is refused', (_, frame) => expect(() => lz4Decompress(frame, MAX)).toThrow('lz4'))

test.each([
  ['a reference before the beginning', Buffer.from([5, 0, 0x61, 0x01, 2])],
  ['more than it promised', Buffer.from([1, 4, 0x61, 0x62])],
  ['less than it promised', Buffer.from([9, 4, 0x61, 0x62])],
])('snappy: %s is refused', (_, block) => expect(() => snappyDecompress(block, MAX)).toThrow('snappy'))
