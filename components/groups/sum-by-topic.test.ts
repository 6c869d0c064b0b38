import { expect, it } from 'vitest'
import { sumByTopic } from './sum-by-topic'

it('sums exact lag by topic, takes the longest time, and keeps unknown apart from 0', () => {
  const sums = sumByTopic([
    { topic: 'a', lag: '9007199254740993', timeLagMs: 5 },
    { topic: 'b', lag: null, timeLagMs: null },
    { topic: 'a', lag: '1', timeLagMs: 9 },
    { topic: 'a', lag: null, timeLagMs: null },
    { topic: 'c', lag: '0', timeLagMs: 0 },
    { topic: 'c', lag: '7', timeLagMs: null },
  ])
  expect(sums.get('a')).toEqual({ partitions: 3, lag: 9007199254740994n, timeLagMs: 9 })
  expect(sums.get('c')).toEqual({ partitions: 2, lag: 7n, timeLagMs: null })
  expect(sums.get('b')).toEqual({ partitions: 1, lag: null, timeLagMs: null })
})
