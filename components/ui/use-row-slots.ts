import { useRef } from 'react'

/** Rows as they stand, each with the number by which its elements are kept. */
export type RowSlots = { keys: readonly string[]; slots: readonly number[]; next: number }

export const NO_SLOTS: RowSlots = { keys: [], slots: [], next: 0 }

/** A number for each of these rows, by which React keeps its elements. */
export function useRowSlots(keys: readonly string[]): readonly number[] {
  const last = useRef(NO_SLOTS)
  last.current = slotsAfter(last.current, keys)
  return last.current.slots
}

/**
 * Where few rows come, those that stay keep their elements (and with them focus and what is selected). Where
 * most are others, each place keeps its elements and they get other words: a live view that changes whole
 * screens several times a second makes and throws away none. Never both at once: moved elements cost as much as
 * new ones.
 */
export function slotsAfter(before: RowSlots, keys: readonly string[]): RowSlots {
  const known = new Map(before.keys.map((key, i) => [key, before.slots[i] ?? 0]))
  const staying = keys.filter(key => known.has(key)).length
  const byPlace = staying * 2 < keys.length
  let { next } = before
  const slots = keys.map((key, place) => (byPlace ? before.slots[place] : known.get(key)) ?? next++)
  return { keys, slots, next }
}
