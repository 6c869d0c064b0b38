import { expect, test } from 'vitest'
import { TailGate } from './tail-gate'

const hits = (count: number) => Array.from({ length: count }, (_, n) => n)

test('at most so many a second, the newest ones, and every other is counted once', () => {
  const gate = new TailGate(10)
  expect(gate.pass(hits(25), true, 0)).toEqual(hits(25).slice(-10))
  expect(gate.pass(hits(5), true, 100)).toEqual([4])
  expect(gate.leftOut()).toBe(15 + 4)
  expect(gate.leftOut()).toBe(0)
  expect(gate.pass(hits(50), true, 5000)).toHaveLength(10)
})

test('nothing passes while the reader has not taken what is there', () => {
  const gate = new TailGate(10)
  expect(gate.pass(hits(3), false, 0)).toEqual([])
  expect(gate.leftOut()).toBe(3)
  expect(gate.pass(hits(3), true, 0)).toEqual([0, 1, 2])
})
