import { expect, test } from 'vitest'
import { fractionBytes } from './fraction-bytes'
import { ExactNumber } from './serde-value'

test.each([
  [1.5, 1.5],
  [2n ** 60n, 2 ** 60],
  [new ExactNumber('0.1000000000000000055511151231257827'), 0.1],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])('%s as a double', (given, number) => {
  expect(fractionBytes(8, given, 'x').readDoubleLE(0)).toBe(number)
})

test('a float has half of the bytes', () => {
  expect(fractionBytes(4, 0.5, 'x').toString('hex')).toBe('0000003f')
})

test.each(['1', 'nan', 'constructor', null, undefined, true, []])('%s is no number', given => {
  expect(() => fractionBytes(8, given, 'rate')).toThrow('rate: wants a number, here is')
})
