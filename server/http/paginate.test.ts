import { describe, expect, it } from 'vitest'
import { encodeCursor } from './cursor'
import { type Order, paginate, sortedPage } from './paginate'

type Row = { name: string; size: number | null }
const byName: Order<Row> = { name: 'name', columns: [{ of: row => row.name }] }
const bySize: Order<Row> = {
  name: '-size',
  columns: [{ of: row => row.size, descending: true }, { of: row => row.name }],
}
const rows = (n: number): Row[] =>
  Array.from({ length: n }, (_, i) => ({
    name: `t${String((i * 7) % n).padStart(3, '0')}`,
    size: i % 5 ? i % 3 : null,
  }))
const names = (page: { items: Row[] }) => page.items.map(row => row.name)

/** All pages by `next`, then all by `previous` from the last. */
function walk(all: readonly Row[], order: Order<Row>, limit: number) {
  const forward: string[][] = []
  let page = sortedPage(all, order, { limit })
  for (;;) {
    forward.push(names(page))
    if (!page.next) break
    page = sortedPage(all, order, { limit, cursor: page.next })
  }
  const back: string[][] = [names(page)]
  while (page.previous) {
    page = sortedPage(all, order, { limit, cursor: page.previous })
    back.unshift(names(page))
  }
  return { forward, back }
}

describe('sortedPage', () => {
  it.each([
    [100, 7],
    [100, 100],
    [100, 99],
    [3, 1],
    [1, 1],
  ])('walks %i rows by %i: every row once, and the same way back', (n, limit) => {
    for (const order of [byName, bySize]) {
      const { forward, back } = walk(rows(n), order, limit)
      expect(new Set(forward.flat()).size).toBe(n)
      expect(forward.flat()).toHaveLength(n)
      expect(back.flat()).toEqual(forward.flat())
    }
  })

  it('sorts numbers as numbers, null last in both directions, equal ones by name', () => {
    const some: Row[] = [
      { name: 'b', size: 10 },
      { name: 'a', size: 10 },
      { name: 'n', size: null },
      { name: 'z', size: 9 },
    ]
    expect(names(sortedPage(some, bySize, { limit: 9 }))).toEqual(['a', 'b', 'z', 'n'])
    const up: Order<Row> = { name: 'size', columns: [{ of: row => row.size }, { of: row => row.name }] }
    expect(names(sortedPage(some, up, { limit: 9 }))).toEqual(['z', 'a', 'b', 'n'])
  })

  it('skips nothing and repeats nothing when rows come and go between pages, the border row too', () => {
    const all = rows(40)
    const first = sortedPage(all, byName, { limit: 10 })
    const border = first.items.at(-1)?.name
    const changed = all
      .filter(row => row.name !== border && row.name !== 't003' && row.name !== 't004')
      .concat({ name: 't0005', size: 1 }, { name: 't011x', size: 1 })
    const second = sortedPage(changed, byName, { limit: 10, cursor: first.next ?? '' })
    expect(names(second).slice(0, 4)).toEqual(['t010', 't011', 't011x', 't012'])
    const backAgain = sortedPage(changed, byName, { limit: 10, cursor: second.previous ?? '' })
    expect(names(backAgain)).toEqual(['t000', 't0005', 't001', 't002', 't005', 't006', 't007', 't008'])
    expect(backAgain.previous).toBeNull()
  })

  it('everything after the cursor may be gone: an empty page with a way back', () => {
    const first = sortedPage(rows(20), byName, { limit: 10 })
    const page = sortedPage(
      rows(20).filter(row => row.name < 't005'),
      byName,
      {
        limit: 10,
        cursor: first.next ?? '',
      },
    )
    expect(page).toMatchObject({ items: [], next: null })
    expect(names(sortedPage(rows(20), byName, { limit: 10, cursor: page.previous ?? '' }))).toHaveLength(4)
    expect(sortedPage([], byName, { limit: 10 })).toEqual({ items: [], next: null, previous: null })
  })

  it('names longer than a cursor page like any other', () => {
    const long = (end: string) => `${'그룹'.repeat(8000)}${end}`
    const some = ['c', 'a', 'b', 'd', 'e'].map(end => ({ name: long(end), size: 1 }))
    const { forward, back } = walk(some, byName, 2)
    expect(new Set(forward.flat()).size).toBe(5)
    expect(back.flat()).toEqual(forward.flat())
    expect(sortedPage(some, byName, { limit: 1 }).next?.length).toBeLessThan(4096)
  })

  it.each([
    ['of another order', sortedPage(rows(20), bySize, { limit: 3 }).next ?? ''],
    ['of another list', paginate(rows(20), { limit: 3 }, row => row.name).next ?? ''],
    ['with too few values', encodeCursor({ by: 'name', at: [], back: false })],
    ['with a value of no kind', encodeCursor({ by: 'name', at: [{}], back: false })],
    ['that is none', 'nonsense'],
  ])('refuses a cursor %s', (_what, cursor) => {
    expect(() => sortedPage(rows(20), byName, { limit: 3, cursor })).toThrow(
      expect.objectContaining({ code: 'CURSOR_INVALID' }),
    )
  })

  it('takes a forged value of another type for a place like any other', () => {
    const cursor = encodeCursor({ by: 'name', at: [5], back: false })
    expect(() => sortedPage(rows(5), byName, { limit: 3, cursor })).not.toThrow()
  })
})

describe('paginate', () => {
  const sorted = rows(30).sort((a, b) => (a.name < b.name ? -1 : 1))
  const keyOf = (row: Row) => row.name

  it('goes on behind the row it ended with, wherever that is now, and back without overlap', () => {
    const first = paginate(sorted, { limit: 12 }, keyOf)
    const moved = [{ name: 'a', size: 1 }, ...sorted]
    const second = paginate(moved, { limit: 12, cursor: first.next ?? '' }, keyOf)
    expect(names(second)[0]).toBe('t012')
    const back = paginate(moved, { limit: 20, cursor: second.previous ?? '' }, keyOf)
    expect(names(back)).toEqual(['a', ...names(first)])
    expect(back.previous).toBeNull()
  })

  it('falls back to the index when that row is gone', () => {
    const first = paginate(sorted, { limit: 12 }, keyOf)
    const without = sorted.filter(row => row.name !== 't011')
    expect(names(paginate(without, { limit: 3, cursor: first.next ?? '' }, keyOf))[0]).toBe('t013')
    expect(paginate(sorted.slice(0, 2), { limit: 3, cursor: first.next ?? '' }, keyOf).items).toEqual([])
  })
})
