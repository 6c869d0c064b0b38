import { expect, test } from 'vitest'
import { choosePartition, murmur2 } from './choose-partition'

// Vectors of Kafka's own UtilsTest.testMurmur2.
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('murmur2 of %s', (text, hash) => {
  expect(murmur2(Buffer.from(text))).toBe(hash)
})

const wish = {
  partitioning: 'origin' as const,
  originPartition: 2,
  keyHash: -973932308,
  spread: 7n,
  partitions: 3,
}

test('the origin’s partition where the target has it', () => {
  expect(choosePartition(wish)).toBe(2)
})

test('else by key, as a Java producer would', () => {
  const byKey = (-973932308 & 0x7fffffff) % 3
  expect(choosePartition({ ...wish, originPartition: 3 })).toBe(byKey)
  expect(choosePartition({ ...wish, originPartition: null })).toBe(byKey)
  expect(choosePartition({ ...wish, partitioning: 'key' })).toBe(byKey)
})

test('without a key spread by offset; an empty key is a key', () => {
  const keyless = { ...wish, originPartition: null, keyHash: null }
  expect([0n, 1n, 2n, 3n].map(spread => choosePartition({ ...keyless, spread }))).toEqual([0, 1, 2, 0])
  const empty = { ...keyless, keyHash: murmur2(Buffer.alloc(0)) }
  expect(new Set([0n, 1n, 2n].map(spread => choosePartition({ ...empty, spread }))).size).toBe(1)
})
