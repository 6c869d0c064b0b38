import { expect, test } from 'vitest'
import { trendOf } from './trend'

const day = (before: number, ...last: number[]) => [
  ...new Array<number>(24 - last.length).fill(before),
  ...last,
]

test.each([
  ['what has just begun', day(0, 0, 5), 'growing', 5],
  ['twice as many as usual is not yet more', day(3, 6, 6), 'steady', 12],
  ['more than twice as many', day(3, 6, 7), 'growing', 13],
  ['an hour that has just begun does not hide the one before', day(1, 40, 0), 'growing', 40],
  ['one or two are no growth', day(0, 1, 1), 'steady', 2],
  ['fewer than usual', day(9, 2, 1), 'steady', 3],
  ['what has stopped', day(50, 0, 0), 'quiet', 0],
  ['a day without any', day(0), 'quiet', 0],
  ['no hours at all', [], 'quiet', 0],
])('%s', (_, spark, state, recent) => {
  expect(trendOf(spark)).toEqual({ state, recent })
})
