import { describe, expect, it } from 'vitest'
import { dataGaps, niceSecondTicks, niceTicks, spreadLabels, timeTicks } from './chart-scale'

describe('niceTicks', () => {
  it.each([
    [25_340, 4, [0, 10_000, 20_000, 30_000]],
    [5_580, 4, [0, 2000, 4000, 6000]],
    [0, 4, [0, 1]],
    [3, 4, [0, 1, 2, 3]],
    [0.8, 3, [0, 0.5, 1]],
  ])('covers %d from 0', (highest, count, ticks) => expect(niceTicks(highest, count)).toEqual(ticks))
  it.each([
    [0.4, 3, [0, 1]],
    [1, 3, [0, 1]],
    [5, 3, [0, 5]],
    [50, 3, [0, 25, 50]],
  ])('counts %d in whole steps', (highest, count, ticks) =>
    expect(niceTicks(highest, count, true)).toEqual(ticks),
  )
  it('always reaches the highest value with few steps', () => {
    for (let highest = 0.001; highest < 1e12; highest *= 1.7) {
      const ticks = niceTicks(highest, 4)
      expect(ticks[0]).toBe(0)
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest)
      expect(ticks.length).toBeLessThanOrEqual(6)
    }
  })
})

describe('niceSecondTicks', () => {
  const [minute, hour, day] = [60, 3600, 86_400]
  it.each([
    [5340, 3, [0, hour, 2 * hour]],
    [3300, 4, [0, 20 * minute, 40 * minute, hour]],
    [50, 4, [0, 20, 40, minute]],
    [7, 3, [0, 5, 10]],
    [0.8, 3, [0, 0.5, 1]],
    [0, 3, [0, 1]],
    [20 * hour, 4, [0, 8 * hour, 16 * hour, day]],
    [9 * day, 3, [0, 5 * day, 10 * day]],
  ])('covers %d s from 0 in steps of clocks', (highest, count, ticks) =>
    expect(niceSecondTicks(highest, count)).toEqual(ticks),
  )
  it('always reaches the highest value with few steps', () => {
    for (let highest = 0.001; highest < 1e9; highest *= 1.3) {
      const ticks = niceSecondTicks(highest, 4)
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest * 0.998)
      expect(ticks.length).toBeLessThanOrEqual(6)
    }
  })
})

describe('timeTicks', () => {
  it('are round in the reader’s zone', () => {
    const from = Date.parse('2026-11-20T04:03:07Z')
    const ticks = timeTicks(from, from + 3_600_000, 'Asia/Kathmandu')
    // Kathmandu is 5:45 ahead: ten-minute steps there stand at :05, :15 … of UTC.
    expect(ticks.map(at => (at + 5.75 * 3_600_000) % 600_000)).toEqual(ticks.map(() => 0))
    expect(ticks.length).toBeGreaterThan(4)
    expect(ticks.length).toBeLessThan(9)
  })
})

describe('dataGaps', () => {
  it('finds where no series has a value', () => {
    const series = [{ values: [1, null, null, 4, null] }, { values: [1, 2, null, 4, null] }]
    expect(dataGaps([0, 10, 20, 30, 40], series)).toEqual([
      { from: 10, to: 30 },
      { from: 30, to: 40 },
    ])
  })

  it('is not filled by what is drawn beside', () => {
    const lastWeek = { values: [1, 2, 3, 4], beside: true }
    expect(dataGaps([0, 10, 20, 30], [{ values: [1, null, null, 4] }, lastWeek])).toEqual([
      { from: 0, to: 30 },
    ])
  })
})

describe('spreadLabels', () => {
  it('moves labels only as far as they overlap', () => {
    expect(spreadLabels([10, 12, 50], 13)).toEqual([0, 11, 0])
    expect(spreadLabels([50, 10], 13)).toEqual([0, 0])
  })
  it('keeps lines that all end at 0 above the floor', () => {
    expect(spreadLabels([100, 100, 100, 20], 13, 100)).toEqual([-26, -13, 0, 0])
    expect(spreadLabels([98, 90], 13, 100)).toEqual([2, -3])
  })
})
