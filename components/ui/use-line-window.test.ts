import { describe, expect, it } from 'vitest'
import { lineWindow } from './use-line-window'

const height = ({ before, after, first, end }: ReturnType<typeof lineWindow>) =>
  before + after + (end - first) * 24

describe('lineWindow', () => {
  it('draws what is seen and a little around it', () => {
    expect(lineWindow(10_000, 24, 0, 480)).toMatchObject({ first: 0, end: 41, before: 0 })
    expect(lineWindow(10_000, 24, 24_000, 480)).toMatchObject({ first: 980, end: 1041, before: 980 * 24 })
    expect(lineWindow(3, 24, 0, 480)).toEqual({ first: 0, end: 3, before: 0, after: 0 })
  })
  it('keeps its height wherever it is scrolled to', () => {
    for (const top of [0, 10, 4_321, 200_000]) expect(height(lineWindow(10_000, 24, top, 480))).toBe(240_000)
  })
  it('reaches the last of two million lines within what a browser can lay out', () => {
    const count = 2_000_000
    const end = lineWindow(count, 24, 8_000_000 - 480, 480)
    expect(end.end).toBe(count)
    expect(end.first).toBeLessThan(count - 20)
    expect(height(end)).toBeLessThanOrEqual(8_000_100)
    const middle = lineWindow(count, 24, 4_000_000, 480)
    expect(middle.first).toBeGreaterThan(900_000)
    expect(middle.end).toBeLessThan(1_100_000)
  })
})
