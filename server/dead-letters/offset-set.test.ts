import { describe, expect, it } from 'vitest'
import { OffsetSet } from './offset-set'

describe('OffsetSet', () => {
  it('holds what was added, sparse or dense, by log and partition', () => {
    const set = new OffsetSet()
    const wanted = new Set<number>()
    // Every third of two chunks, backwards too, and a few far away.
    for (let offset = 0; offset < 100_000; offset += 3) wanted.add(offset)
    for (const offset of [2 ** 40, 2 ** 40 + 7, 2 ** 53 - 1]) wanted.add(offset)
    for (const offset of [...wanted].reverse()) set.add('a', 1, offset)
    for (const offset of [...wanted]) set.add('a', 1, offset)
    const around = [...wanted].flatMap(offset => [offset - 1, offset, offset + 1]).filter(one => one >= 0)
    expect(around.filter(offset => set.has('a', 1, offset) !== wanted.has(offset))).toEqual([])
    expect(set.has('a', 0, 3)).toBe(false)
    expect(set.has('b', 1, 3)).toBe(false)
  })

  it('forgets what lies before a start, a chunk at a time', () => {
    const set = new OffsetSet()
    for (const offset of [5, 65_535, 65_536, 200_000]) set.add('a', 0, offset)
    set.trim('a', 0, 65_537)
    expect([5, 65_535, 65_536, 200_000].map(offset => set.has('a', 0, offset))).toEqual([
      false,
      false,
      true,
      true,
    ])
  })

  it('is the same after it was written down', () => {
    const set = new OffsetSet()
    for (let offset = 0; offset < 70_000; offset += 2) set.add('a', 0, offset)
    set.add('b', 3, 12)
    const again = new OffsetSet()
    for (const { log, partition, chunk, bytes } of set.chunks())
      again.restore(log, partition, chunk, Buffer.concat([Buffer.from('xyz'), bytes]).subarray(3))
    const differs = Array.from({ length: 70_001 }, (_, offset) => offset).filter(
      offset => again.has('a', 0, offset) !== (offset % 2 === 0 && offset < 70_000),
    )
    expect(differs).toEqual([])
    expect(again.has('b', 3, 12)).toBe(true)
    again.add('b', 3, 11)
    expect(again.has('b', 3, 11) && again.has('b', 3, 12)).toBe(true)
    expect(() => again.restore('b', 3, 0, new Uint8Array(9))).toThrow(RangeError)
  })

  it.each([4094, 4095, 4096, 4097])('%i offsets of a chunk come back as they were', count => {
    const set = new OffsetSet()
    for (let offset = 0; offset < count; offset++) set.add('a', 0, offset * 3)
    const again = new OffsetSet()
    for (const { log, partition, chunk, bytes } of set.chunks()) again.restore(log, partition, chunk, bytes)
    const differs = Array.from({ length: count * 3 }, (_, offset) => offset).filter(
      offset => again.has('a', 0, offset) !== (offset % 3 === 0),
    )
    expect(differs).toEqual([])
  })
})
