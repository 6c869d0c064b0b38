import { describe, expect, it } from 'vitest'
import { assignmentWords, countPartitions, pendingOf, rangesOf } from './assignment-words'

describe('an assignment in words', () => {
  it('numbers that follow each other are one range, in whatever order they come', () => {
    expect(rangesOf([])).toBe('')
    expect(rangesOf([7])).toBe('7')
    expect(rangesOf([3, 0, 2, 1, 7, 9, 8, 7])).toBe('0-3, 7-9')
    expect(
      assignmentWords([
        { topic: 'orders', partitions: [0, 1, 3] },
        { topic: 'payments', partitions: [2] },
      ]),
    ).toBe('orders [0-1, 3] · payments [2]')
    expect(countPartitions([{ topic: 'a', partitions: [1, 2] }])).toBe(2)
  })

  it('what is still to come and to go is the difference to the target; without a target there is none', () => {
    const assigned = [{ topic: 'a', partitions: [0, 1] }]
    expect(pendingOf({ assigned, target: null })).toEqual({ gets: [], gives: [] })
    expect(pendingOf({ assigned, target: assigned })).toEqual({ gets: [], gives: [] })
    const target = [
      { topic: 'a', partitions: [1] },
      { topic: 'b', partitions: [4] },
    ]
    expect(pendingOf({ assigned, target })).toEqual({
      gets: [{ topic: 'b', partitions: [4] }],
      gives: [{ topic: 'a', partitions: [0] }],
    })
  })
})
