import { afterEach, expect, it } from 'vitest'
import { dropMemory, giveMemoryBack, lendMemory } from './frame-memory'

const MIB = 1024 * 1024
afterEach(dropMemory)

it('fills again what was given back, and nothing twice', () => {
  const first = lendMemory(2 * MIB + 5)
  expect(first).toHaveLength(2 * MIB + 5)
  const other = lendMemory(2 * MIB)
  expect(other.buffer).not.toBe(first.buffer)
  giveMemoryBack(first.buffer)
  giveMemoryBack(first.buffer)
  const again = [lendMemory(3 * MIB), lendMemory(MIB)]
  expect(again.map(one => one.buffer === first.buffer)).toEqual([true, false])
  expect(again[0]).toHaveLength(3 * MIB)
})

it('takes nothing that it did not lend, and forgets what is too small or too much', () => {
  const strange = Buffer.allocUnsafeSlow(4 * MIB)
  giveMemoryBack(strange.buffer)
  const small = lendMemory(MIB)
  giveMemoryBack(small.buffer)
  const large = lendMemory(4 * MIB)
  expect([strange.buffer, small.buffer]).not.toContain(large.buffer)
  const many = Array.from({ length: 5 }, () => lendMemory(8 * MIB))
  for (const { buffer } of many) giveMemoryBack(buffer)
  const reused = Array.from({ length: 5 }, () => lendMemory(8 * MIB)).filter(one =>
    many.some(({ buffer }) => buffer === one.buffer),
  )
  expect(reused).toHaveLength(3)
})
