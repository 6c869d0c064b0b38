import { expect, test } from 'vitest'
import { jsonFloat, jsonNumber } from './text-out'

test('a float has its own shortest digits, and zero its sign', () => {
  expect(jsonFloat(Math.fround(0.1))).toBe('0.1')
  expect(jsonFloat(0)).toBe('0')
  expect(jsonFloat(-0)).toBe('-0.0')
  expect(jsonNumber(-0)).toBe('-0.0')
})
