import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pairLines, type SideRow } from './pair-lines'

test('what was taken out stands beside what was put in; long stretches of the same are folded', () => {
  const before = ['1', '2', '3', '4', '5', '6', '7', 'old', 'gone', '8']
  const after = ['1', '2', '3', '4', '5', '6', '7', 'new', '8']
  const same = (text: string) => ({ kind: 'same', text }) as const
  expect(pairLines(before, after)).toEqual([
    { kind: 'folded', rows: ['1', '2', '3', '4'].map(same) },
    ...['5', '6', '7'].map(same),
    { kind: 'changed', before: 'old', after: 'new' },
    { kind: 'changed', before: 'gone', after: null },
    same('8'),
  ])
})

test('both texts come back from their rows', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 40 })
  const flat = (row: SideRow): Exclude<SideRow, { kind: 'folded' }>[] =>
    row.kind === 'folded' ? row.rows : [row]
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const rows = (pairLines(before, after) ?? []).flatMap(flat)
      const side = (of: 'before' | 'after') =>
        rows.flatMap(row => (row.kind === 'same' ? [row.text] : row[of] === null ? [] : [row[of]]))
      expect(side('before')).toEqual(before)
      expect(side('after')).toEqual(after)
    }),
  )
})
