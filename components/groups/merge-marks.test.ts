import { expect, it } from 'vitest'
import { mergeMarks } from './merge-marks'

const marks = (...list: [at: number, label: string][]) => list.map(([at, label]) => ({ at, label }))

it('events far apart stay as they are', () => {
  const apart = marks([0, 'reset'], [500, 'rebalance'], [990, 'replay'])
  expect(mergeMarks(apart, 0, 1000)).toEqual(apart)
})

it('a storm is one line that counts; another kind nearby stands beside it', () => {
  const storm = marks([100, 'rebalance'], [110, 'rebalance'], [120, 'members 2 → 3'], [130, 'rebalance'])
  expect(mergeMarks(storm, 0, 1000)).toEqual(marks([100, 'rebalance ×3 · members 2 → 3']))
})

it('what comes after a run begins anew, even if it follows its last event closely', () => {
  const run = marks([0, 'a'], [100, 'a'], [200, 'a'])
  expect(mergeMarks(run, 0, 1000)).toEqual(marks([0, 'a ×2'], [200, 'a']))
  expect(mergeMarks([], 0, 1000)).toEqual([])
})
