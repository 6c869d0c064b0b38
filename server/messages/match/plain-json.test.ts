import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseJson } from '@/server/serde/json-value'
import { readPlainJson } from './plain-json'

const read = (text: string, fields: ReadonlySet<string> | null = null) =>
  readPlainJson(Buffer.from(text), fields)
/** Without prototypes, so that both sides compare. */
const bare = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(bare)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).map(([name, inner]) => [name, bare(inner)])
}

it('agrees with the exact reader wherever it answers', () => {
  const number = fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  )
  const document = fc.letrec(tie => ({
    value: fc.oneof(
      { maxDepth: 4 },
      number.map(String),
      fc.string().map(s => JSON.stringify(s)),
      fc.constantFrom('true', 'null'),
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('value')).map(items => `[${items.join(', ')}]`),
    map: fc
      .array(fc.tuple(fc.constantFrom('a', 'b', '__proto__', 'c d'), tie('value')))
      .map(entries => `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
  }))
  fc.assert(
    fc.property(fc.oneof(document.list, document.map), text => {
      const fast = read(text)
      if (fast !== undefined) expect(bare(fast)).toEqual(bare(parseJson(text)))
    }),
    { numRuns: 2000 },
  )
})

it.each([
  '{"a":1234567890123456}',
  '{"a":0.1234567890123456}',
  '{"a":12345678.12345678}',
  '[1e-400]',
  '[1e400]',
  '"text"',
  '{"a":',
  '12',
])('leaves %s to the careful reader', text => {
  expect(read(text)).toBeUndefined()
})

it('whole numbers are bigint where somebody looks', () => {
  expect(read('{"a":1,"b":[2,{"c":3.5}]}')).toEqual({ a: 1n, b: [2n, { c: 3.5 }] })
  expect(read('{"a":1,"b":2}', new Set(['b']))).toEqual({ a: 1, b: 2n })
})

it('what nests so deep that a filter takes long over it is left too, where somebody looks', () => {
  const nested = (levels: number) => `{"n":1,"deep":${'['.repeat(levels)}${']'.repeat(levels)}}`
  expect(read(nested(200), new Set(['deep']))).toBeDefined()
  expect(read(nested(202), new Set(['deep']))).toBeUndefined()
  expect(read(nested(10_000), new Set(['n']))).toMatchObject({ n: 1n })
})

it('leaves bytes that are no UTF-8 to whoever says so', () => {
  const broken = Buffer.from('{"a":"\xff","b":1}', 'latin1')
  expect(readPlainJson(broken, null)).toBeUndefined()
  expect(readPlainJson(Buffer.from('{"a":"\ufffd"}'), null)).toEqual({ a: '\ufffd' })
})

it('leaves a name that the parser may have taken from another object to who reads with more care', () => {
  JSON.parse('{"h":0,"\\\\":1}')
  const found = read('{"h":0,"\\n":1}')
  expect(found === undefined || Object.hasOwn(found as object, '\n')).toBe(true)
})
