import { expect, test } from 'vitest'
import { NO_SLOTS, slotsAfter } from './use-row-slots'

const rows = (from: number, count = 4) => Array.from({ length: count }, (_, i) => `r${from - i}`)

test('rows that stay keep their elements, a few that come get new ones', () => {
  const first = slotsAfter(NO_SLOTS, rows(10))
  const second = slotsAfter(first, rows(11))
  expect(second.slots.slice(1)).toEqual(first.slots.slice(0, 3))
  expect(first.slots).not.toContain(second.slots[0])
})

test('a screen of other rows keeps the elements of its places', () => {
  const first = slotsAfter(NO_SLOTS, rows(10))
  expect(slotsAfter(first, rows(99)).slots).toEqual(first.slots)
  const longer = slotsAfter(first, rows(99, 6))
  expect(longer.slots.slice(0, 4)).toEqual(first.slots)
})

test('no two rows ever share elements', () => {
  let slots = NO_SLOTS
  for (const [from, count] of [
    [4, 3],
    [5, 4],
    [20, 5],
    [21, 2],
    [23, 5],
    [24, 5],
    [90, 7],
  ] as const) {
    slots = slotsAfter(slots, rows(from, count))
    expect(new Set(slots.slots).size).toBe(count)
  }
})
