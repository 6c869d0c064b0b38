import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mayBeMisnamed, readJson } from './read-json'

const numberOf = Number
/** What the platform's parser takes for `{"h":0,"\n":1.50}` once it has read this. */
const before = '{"h":0,"\\\\":1}'
const hidden = '{"h":0,"\\n":1.50}'
const bare = (value: unknown) => JSON.stringify(value)

it('a name that the parser may have taken from another object is told', () => {
  JSON.parse(before)
  const parsed: unknown = JSON.parse(hidden)
  expect(mayBeMisnamed(hidden, parsed) || bare(parsed) === bare({ h: 0, '\n': 1.5 })).toBe(true)
  expect(readJson(hidden, { numberOf })).toEqual({ h: 0, '\n': 1.5 })
})

it('nothing else is: names without a backslash are what was written, whatever was read before', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', '\\', '"', '\n', 'u', '0', '\u0001', 'é'),
    maxLength: 3,
  })
  const written = fc
    .tuple(name, fc.boolean())
    .map(([text, isPlain]) =>
      isPlain
        ? JSON.stringify(text)
        : `"${Array.from(text, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`,
    )
  const object = fc.array(written, { maxLength: 3 }).map(names => `{${names.map(n => `${n}:0`).join()}}`)
  let reread = 0
  fc.assert(
    fc.property(fc.array(object, { minLength: 1, maxLength: 3 }), objects => {
      const text = `[${objects.join()}]`
      const parsed: unknown = JSON.parse(text)
      if (mayBeMisnamed(text, parsed)) reread++
      else expect(bare(parsed)).toBe(bare(readJson(text, { numberOf })))
    }),
    { numRuns: 5000 },
  )
  expect(reread).toBeGreaterThan(100)
  expect(reread).toBeLessThan(4900)
})

it('tells where a text is no JSON and where it nests too deep', () => {
  for (const text of ['', '{', '[1,]', '{"a" 1}', '01', 'nul', '"\u0001"', '1 2'])
    expect(() => readJson(text, { numberOf }), text).toThrow(SyntaxError)
  expect(() => readJson('['.repeat(2000), { numberOf })).toThrow(RangeError)
})
