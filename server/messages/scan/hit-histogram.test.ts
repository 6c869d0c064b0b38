import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HitHistogram } from './hit-histogram'

test('every hit is in the bucket of its time, in few buckets whatever the span and the order', () => {
  const time = fc.oneof(
    fc.integer({ min: 1_700_000_000_000, max: 1_700_000_600_000 }),
    fc.integer({ min: 0, max: 4_000_000_000_000 }),
  )
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 60 }), times => {
      const histogram = new HitHistogram()
      for (const one of times) histogram.add(one)
      const shown = histogram.toJSON()
      if (shown === null) throw new Error('no histogram')
      expect(shown.counts.length).toBeLessThanOrEqual(120)
      const startMs = Date.parse(shown.start)
      const expected = new Array<number>(shown.counts.length).fill(0)
      for (const one of times) {
        const bucket = Math.floor((one - startMs) / shown.bucketMs)
        expected[bucket] = (expected[bucket] ?? 0) + 1
      }
      expect(shown.counts).toEqual(expected)
    }),
    { numRuns: 500 },
  )
})

test('times that no calendar knows are in no bucket', () => {
  const histogram = new HitHistogram()
  for (const one of [-1, Number.NaN, 1e18]) histogram.add(one)
  expect(histogram.toJSON()).toBeNull()
})
