import { describe, expect, it } from 'vitest'
import type { PartitionLag } from '@/lib/contracts/groups'
import { linesAt, offeredLines, parseLines, topicOfLines } from './partition-lines'

const row = (topic: string, partition: number, lag: string | null, timeLagMs: number | null = null) =>
  ({ topic, partition, lag, timeLagMs }) as PartitionLag

it('reads the address, five partitions at most', () => {
  expect(parseLines('0,3,3')).toEqual([0, 3])
  for (const wrong of [null, '', 'a', '1,', '0,1,2,3,4,5', '-1', '9999999999'])
    expect(parseLines(wrong)).toBeNull()
})

it('draws the chosen topic, or the only one', () => {
  expect(topicOfLines([row('a', 0, '1'), row('a', 1, '1')], null)).toBe('a')
  expect(topicOfLines([row('a', 0, '1'), row('b', 1, '1')], null)).toBeNull()
  expect(topicOfLines([row('a', 0, '1')], 'b')).toBe('b')
})

it('offers those furthest behind first, and the chosen ones whatever they are', () => {
  const rows = [row('a', 0, null), row('a', 1, '2'), row('a', 2, '30'), row('b', 3, '99')]
  expect(offeredLines(rows, 'a', [7])).toEqual([2, 1, 0, 7])
})

describe('lines at the times of the chart', () => {
  const lines = [
    { partition: 1, lag: [5, null, 7], timeLagMs: [500, null, 700] },
    { partition: null, lag: [1, null, 3], timeLagMs: [null, null, null] },
  ]
  const stored = [{ atMs: 10 }, { atMs: 20 }, { atMs: 30 }]
  it('keep gaps and end with the live sample; times of others do not add up', () => {
    const rows = [row('a', 0, '4', 50), row('a', 1, '8', 800), row('a', 2, '2', 60), row('a', 3, null)]
    expect(linesAt(lines, stored, [10, 20, 30, 34], { atMs: 34, rows })).toEqual([
      { partition: 1, lag: [5, null, 7, 8], timeLagMs: [500, null, 700, 800] },
      { partition: null, lag: [1, null, 3, 6], timeLagMs: [null, null, null, null] },
    ])
  })
  it('leave out what is not there', () => {
    expect(linesAt(lines, stored, [10, 31, 34], null)[0]?.lag).toEqual([5, null, null])
  })
})
