import { expect, it } from 'vitest'
import { LagBook } from './lag-book'
import { changesBetween, SteadyRows } from './steady-rows'
import { described, listing, snapshot } from './testing'

const T0 = 1_700_000_000_000
const ends = { 't/0': 10, 't/1': 10, 't/2': 10 }

const stateOf = (book: LagBook) => {
  const state = book.groups.get('g')
  if (!state) throw new Error('no group')
  return state
}

it('is made once a sample, and rows that did not change stay the same', () => {
  const book = new LagBook()
  const rows = new SteadyRows()
  const take = (offsets: number[], atMs: number) => {
    book.take(
      snapshot(
        atMs,
        offsets.map((offset, partition) => ['g', 't', partition, offset]),
        ends,
      ),
    )
    return rows.of(stateOf(book), atMs)
  }
  const first = take([10, 10, 10], T0)
  expect(rows.of(stateOf(book), T0 + 60_000)).toBe(first)
  const second = take([10, 9, 10], T0 + 1000)
  expect(second[0]).toBe(first[0])
  const { changed, gone } = changesBetween(first, second)
  expect(changed.map(row => [row.partition, row.lag])).toEqual([[1, '1']])
  expect(gone).toEqual([])
  const third = take([10], T0 + 2000)
  expect(changesBetween(second, third)).toEqual({
    changed: [],
    gone: [
      { topic: 't', partition: 1 },
      { topic: 't', partition: 2 },
    ],
  })
  expect(changesBetween(third, take([10, 10, 10], T0 + 3000)).changed).toHaveLength(2)
})

it('a new owner, a problem and a group made anew show at once', () => {
  const book = new LagBook()
  const rows = new SteadyRows()
  book.take(snapshot(T0, [['g', 't', 0, 10]], ends))
  const first = rows.of(stateOf(book), T0)
  book.describe('g', described(listing('g'), 't', [0, 1]), T0)
  const second = rows.of(stateOf(book), T0)
  expect(changesBetween(first, second).changed.map(row => row.memberId)).toEqual(['g-member', 'g-member'])
  book.take(snapshot(T0 + 1, [], {}))
  book.take(snapshot(T0 + 2, [['g', 't', 0, 10]], ends))
  expect(rows.of(stateOf(book), T0 + 2)).toHaveLength(1)
})
