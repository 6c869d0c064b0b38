import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffLines } from './diff-lines'

test('what is taken out and put in, in its place', () => {
  expect(diffLines(['a', 'b', 'c'], ['a', 'x', 'c', 'd'])).toEqual([
    { kind: 'same', text: 'a' },
    { kind: 'removed', text: 'b' },
    { kind: 'added', text: 'x' },
    { kind: 'same', text: 'c' },
    { kind: 'added', text: 'd' },
  ])
})

test('both texts come back from the diff', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 })
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = diffLines(before, after) ?? []
      const side = (gone: string) => diff.filter(line => line.kind !== gone).map(line => line.text)
      expect(side('added')).toEqual(before)
      expect(side('removed')).toEqual(after)
    }),
  )
})

test('too long to compare is said; what both begin and end with does not count', () => {
  expect(diffLines(Array(2_001).fill('a'), ['b'])).toBeNull()
  const long = Array.from({ length: 50_000 }, (_, i) => `line ${i}`)
  expect(diffLines(long, long.with(25_000, 'x'))?.filter(line => line.kind !== 'same')).toEqual([
    { kind: 'removed', text: 'line 25000' },
    { kind: 'added', text: 'x' },
  ])
})
