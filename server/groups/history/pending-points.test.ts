import { expect, it } from 'vitest'
import { PendingPoints } from './pending-points'

it('keeps the points of each series in their order; of one slot the largest, of an earlier one nothing', () => {
  const pending = new PendingPoints()
  for (let slot = 0; slot < 2000; slot++) {
    pending.record('a', slot, slot, null)
    pending.record('b', slot, null, slot / 2)
  }
  pending.record('a', 1999, 5, 7)
  pending.record('a', 1999, 5000, null)
  pending.record('a', 3, 9, 9)
  expect(pending.keys()).toEqual(['a', 'b'])
  expect(pending.of('a')).toHaveLength(2000)
  expect(pending.of('a').slice(-2)).toEqual([
    { slot: 1998, lag: 1998, timeLagMs: null },
    { slot: 1999, lag: 5000, timeLagMs: 7 },
  ])
  expect(pending.of('b')[1]).toEqual({ slot: 1, lag: null, timeLagMs: 0.5 })
  expect(pending.of('c')).toEqual([])
})

it('lets go of what is older', () => {
  const pending = new PendingPoints()
  expect(pending.firstSlot).toBeNull()
  pending.record('old', 1, 1, 1)
  pending.record('both', 1, 1, 1)
  pending.record('both', 2, 2, null)
  const kept = pending.since(2)
  expect(kept.firstSlot).toBe(2)
  expect(kept.keys()).toEqual(['both'])
  expect(kept.of('both')).toEqual([{ slot: 2, lag: 2, timeLagMs: null }])
})
