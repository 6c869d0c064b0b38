import { describe, expect, it } from 'vitest'
import { alignEarlier, type LagPoint, withNewest } from './lag-points'

const at = (slot: number, lag: number | null): LagPoint => ({
  atMs: slot * 10_000,
  lag,
  timeLagMs: lag === null ? null : lag * 10,
})
const lags = (points: readonly LagPoint[]) => points.map(point => point.lag)

it('puts the live sample at the end', () => {
  expect(lags(withNewest([at(1, 5), at(2, 6)], at(2.5, 7), 10_000))).toEqual([5, 6, 7])
})
it('a slot or two that are not filled yet are no gap', () => {
  expect(lags(withNewest([at(1, 5), at(2, null), at(3, null)], at(3.5, 7), 10_000))).toEqual([5, 7])
})
it('sampling that stopped stays a gap, also before the live sample', () => {
  const stopped = [at(1, 5), at(2, null), at(3, null), at(4, null)]
  expect(lags(withNewest(stopped, null, 10_000))).toEqual([5, null, null, null])
  expect(lags(withNewest(stopped, at(4.5, 7), 10_000))).toEqual([5, null, null, null, 7])
  expect(lags(withNewest([at(1, 5)], at(9, 7), 10_000))).toEqual([5, null, 7])
})
it('an older sample, or one without lag, changes nothing', () => {
  expect(lags(withNewest([at(1, 5), at(2, 6)], at(2, 9), 10_000))).toEqual([5, 6])
  expect(lags(withNewest([at(1, 5)], at(2, null), 10_000))).toEqual([5])
})
it('nothing stored yet', () => {
  expect(lags(withNewest([], at(1, 3), 10_000))).toEqual([3])
  expect(lags(withNewest([at(1, null)], at(2, 3), 10_000))).toEqual([null, 3])
})

describe('alignEarlier', () => {
  it('takes the point that covers each time, and leaves gaps', () => {
    const at = (ms: number) => new Date(ms).toISOString()
    const earlier = [
      { at: at(0), lag: 1, timeLagMs: 10 },
      { at: at(60_000), lag: null, timeLagMs: null },
      { at: at(120_000), lag: 3, timeLagMs: 30 },
    ]
    expect(alignEarlier(earlier, [-1, 0, 59_999, 60_000, 130_000, 180_000])).toEqual([
      null,
      { atMs: 0, lag: 1, timeLagMs: 10 },
      { atMs: 0, lag: 1, timeLagMs: 10 },
      { atMs: 60_000, lag: null, timeLagMs: null },
      { atMs: 120_000, lag: 3, timeLagMs: 30 },
      null,
    ])
  })
})
