import { describe, expect, it } from 'vitest'
import { countInside, foldedRows } from './json-fold'
import { indexJson, type LineIndex } from './json-index'

function indexOf(text: string): LineIndex {
  const index = indexJson(text)
  if (!index) throw new Error('not JSON')
  return index
}
const drawn = (text: string, folded: number[]) => {
  const { count, closes } = indexOf(text)
  const rows = foldedRows(count, closes, new Set(folded))
  return Array.from({ length: rows.count }, (_, row) => rows.lineOf(row))
}

describe('folding', () => {
  //               0 1       2    3      4    5  6  7     8
  const text = '{"a":{"b":1,"c":[2,3]},"d":[],"e":{}}'
  it('finds the line that closes what another opens; empty ones open nothing', () => {
    expect([...indexOf(text).closes.entries()].filter(([, close]) => close > 0)).toEqual([
      [0, 10],
      [1, 7],
      [3, 6],
    ])
  })
  it('draws a folded part as one line', () => {
    expect(drawn(text, [])).toHaveLength(11)
    expect(drawn(text, [3])).toEqual([0, 1, 2, 3, 7, 8, 9, 10])
    expect(drawn(text, [1, 3])).toEqual([0, 1, 8, 9, 10])
    expect(drawn(text, [0])).toEqual([0])
    expect(drawn(text, [2])).toHaveLength(11)
  })
  it('counts what is directly inside', () => {
    const { closes } = indexOf(text)
    expect([0, 1, 3].map(line => countInside(closes, line))).toEqual([3, 2, 2])
  })
  it('survives deep nesting', () => {
    const deep = `${'['.repeat(10_000)}1${']'.repeat(10_000)}`
    expect(drawn(deep, [0])).toEqual([0])
    expect(drawn(deep, [9_999])).toHaveLength(10_000 + 9_999)
    expect(indexOf(deep).depths[10_000]).toBe(10_000)
    expect(indexJson('['.repeat(70_000) + ']'.repeat(70_000))).toBeNull()
  })
})
