import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isJsonContainer } from './is-json'

const judge = (text: string) => isJsonContainer(Buffer.from(text, 'utf8'))

/** What the platform's parser says, for objects and arrays only. */
function parses(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

test('agrees with JSON.parse on valid documents, however they are spaced', () => {
  fc.assert(
    fc.property(fc.json({ depthSize: 'medium' }), fc.constantFrom(0, 1, 2, '\t'), (text, indent) => {
      const spaced = JSON.stringify(JSON.parse(text), null, indent)
      expect(judge(spaced)).toBe(parses(spaced))
    }),
    { numRuns: 2000 },
  )
})

test('agrees with JSON.parse on documents with one character changed, removed or doubled', () => {
  const glyph = fc.constantFrom(...'{}[]",:\\/0123456789.eE+-tfnu \n\u0001a')
  fc.assert(
    fc.property(fc.json(), fc.nat(), glyph, fc.constantFrom(0, 1, 2), (text, seed, char, kind) => {
      const at = seed % text.length
      const hurt =
        text.slice(0, at) + (kind === 0 ? '' : kind === 1 ? char : char + text[at]) + text.slice(at + 1)
      expect(judge(hurt)).toBe(parses(hurt))
    }),
    { numRuns: 20_000 },
  )
})

test.each([
  '',
  ' ',
  '{',
  '[',
  '{}x',
  '[1,]',
  '{"a"}',
  '{a:1}',
  "{'a':1}",
  '[01]',
  '[+1]',
  '[1.]',
  '[.5]',
  '["\\x"]',
  '["\\u12g4"]',
  '[NaN]',
  '1',
  '"a"',
  'null',
  '{"a":1,}',
  '[}',
  '{]',
  '\uFEFF{}',
])('refuses %j', text => expect(judge(text)).toBe(false))

test('deep nesting costs nothing and ends in a no', () => {
  expect(judge('['.repeat(10_000) + ']'.repeat(10_000))).toBe(true)
  expect(judge('{"a":['.repeat(30_000) + ']}'.repeat(30_000))).toBe(true)
  expect(judge(`${'['.repeat(10_000)}${']'.repeat(9_999)}}`)).toBe(false)
  expect(judge('['.repeat(5_000_000))).toBe(false)
})
