import { expect, it } from 'vitest'
import { PendingPoints, seriesName } from './pending-points'

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

it('a name keeps its place while most series are used, and is found anew where they are not', () => {
  const names = Array.from({ length: 10 }, (_, i) => seriesName(`s${i}`))
  const first = new PendingPoints()
  for (const name of names) first.record(name, 1, 1, null)
  const second = first.next()
  expect(second.firstSlot).toBeNull()
  for (const name of names.slice(0, 3)) second.record(name, 2, 2, null)
  expect(second.keys()).toHaveLength(10)
  expect(second.of('s2')).toEqual([{ slot: 2, lag: 2, timeLagMs: null }])
  expect(second.of('s5')).toEqual([])
  expect(first.of('s5')).toEqual([{ slot: 1, lag: 1, timeLagMs: null }])
  const third = second.next()
  third.record(names[2] ?? '', 3, 3, 5)
  third.record('by its key', 3, 4, null)
  expect(third.keys()).toEqual(['s2', 'by its key'])
  expect(third.of('s2')).toEqual([{ slot: 3, lag: 3, timeLagMs: 5 }])
})
