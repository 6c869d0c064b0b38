import { expect, it } from 'vitest'
import { largestShare } from './largest-share'

const lags = (...values: (string | null)[]) =>
  values.map((lag, partition) => ({ topic: 't', partition, lag }))

it('names the partition with most of the lag', () => {
  expect(largestShare(lags('10', '4907', null, '417'))).toEqual({
    topic: 't',
    partition: 1,
    share: expect.closeTo(0.92, 2),
  })
})
it('is silent where lag is spread, small, unknown, or there is little to compare', () => {
  expect(largestShare(lags('100', '100', '100'))).toBeNull()
  expect(largestShare(lags('50', '1', '1'))).toBeNull()
  expect(largestShare(lags(null, null, null))).toBeNull()
  expect(largestShare(lags('1000', '1'))).toBeNull()
})
it('is exact with 64-bit lags', () => {
  expect(largestShare(lags('9223372036854775807', '0', '0'))?.share).toBe(1)
})
