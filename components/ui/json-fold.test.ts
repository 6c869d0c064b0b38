import { describe, expect, it } from 'vitest'
import { closingLines, countInside, unfoldedLines } from './json-fold'
import { jsonLines, type Line } from './json-tokens'

const lines = (text: string): Line[] => jsonLines(text) ?? []
const drawn = (text: string, folded: number[]) => {
  const all = lines(text)
  return unfoldedLines(all.length, closingLines(all), new Set(folded))
}

describe('folding', () => {
  //               0 1       2    3      4    5  6  7     8
  const text = '{"a":{"b":1,"c":[2,3]},"d":[],"e":{}}'
  it('finds the line that closes what another opens; empty ones open nothing', () => {
    const closes = closingLines(lines(text))
    expect([...closes.entries()].filter(([, close]) => close > 0)).toEqual([
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
    const all = lines(text)
    expect(countInside(all, 0, 10)).toBe(3)
    expect(countInside(all, 1, 7)).toBe(2)
    expect(countInside(all, 3, 6)).toBe(2)
  })
  it('survives deep nesting', () => {
    const deep = `${'['.repeat(400)}1${']'.repeat(400)}`
    expect(drawn(deep, [0])).toEqual([0])
    expect(drawn(deep, [399])).toHaveLength(400 + 399)
  })
})
