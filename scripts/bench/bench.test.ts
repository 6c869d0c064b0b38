import { expect, test } from 'vitest'
import { jsonOfSize } from './load.ts'
import { type Bar, barLine, isMet, median, quantile, slopeOf, wantedNames } from './measure.ts'
import { wantedFigures } from './messages/all.ts'

test('quantiles of an unsorted sample', () => {
  expect(median([5, 1, 3])).toBe(3)
  expect(quantile([4, 1, 3, 2], 0.95)).toBe(4)
  expect(quantile([], 0.5)).toBeNaN()
})

test('what grows from sample to sample is told whatever one of them says', () => {
  expect(slopeOf([10, 12, 14, 16])).toBe(2)
  expect(slopeOf([814, 819, 833, 802, 842, 843, 825])).toBeCloseTo(4.5, 0)
  expect(slopeOf([10, 11, 90, 13, 14])).toBe(1)
  expect(slopeOf([7])).toBeNaN()
})

test('messages have the size they are said to have', () => {
  for (const number of [0, 9, 999]) {
    const text = jsonOfSize(number, 450)
    expect(Buffer.byteLength(text)).toBe(450)
    expect(JSON.parse(text)).toMatchObject({ type: 'OrderCreated' })
  }
})

test('a bar that was not measured is not met, and a missed ratio fails', () => {
  const bar: Bar = { name: 'x', value: null, limit: 1, unit: 'x', isRatio: true }
  expect(isMet(bar)).toBe(false)
  expect(barLine({ ...bar, value: 1.2 })).toContain('FAILED')
  expect(barLine({ ...bar, value: 1.2, isRatio: false })).toContain('MISSED')
  expect(barLine({ ...bar, value: 0.4 })).toContain('ok')
})

test('a name of a figure that does not exist is refused with those that do', () => {
  expect(() => wantedFigures('look-ups,x')).toThrow(/no "x"; there are look-ups, searches, .*live-tail/)
  expect(() => wantedFigures('')).toThrow('there is no ""')
  expect(wantedFigures('searches,look-ups')).toEqual(['searches', 'look-ups'])
  expect(wantedFigures(undefined)).toContain('live-tail')
  expect(() => wantedNames('only', ['message'], ['pages', 'messages'])).toThrow('--only')
})
