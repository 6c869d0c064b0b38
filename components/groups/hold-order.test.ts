import { expect, it } from 'vitest'
import { holdOrder } from './hold-order'

const key = (row: { id: string }) => row.id
const rows = (...ids: string[]) => ids.map(id => ({ id }))
const ids = (held: { id: string }[]) => held.map(key).join('')

it('keeps places whatever the new order is', () => {
  expect(ids(holdOrder(['a', 'b', 'c'], rows('c', 'a', 'b'), key))).toBe('abc')
})
it('drops what is gone and puts what is new at the end, in its own order', () => {
  expect(ids(holdOrder(['a', 'b', 'c'], rows('e', 'c', 'd', 'a'), key))).toBe('aced')
})
it('gives the newest values, not the old ones', () => {
  const [row] = holdOrder(['a'], [{ id: 'a', lag: 2 }], key)
  expect(row).toEqual({ id: 'a', lag: 2 })
})
it('without a past it is the given order', () => {
  expect(ids(holdOrder([], rows('b', 'a'), key))).toBe('ba')
})
