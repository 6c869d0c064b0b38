import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseJson } from '@/server/serde/json-value'
import { ExactNumber } from '@/server/serde/serde-value'
import { JsonPicker } from './pick-json'

const FIELDS = new Set(['a', 'bb', '한글', 'c d', '__proto__', 'q"\\'])
const picker = new JsonPicker(FIELDS)

/** As it lies in a batch: among other bytes, which may go on like JSON. */
function pick(text: string | Buffer, before = '', after = '') {
  const value = Buffer.from(text)
  const bytes = Buffer.concat([Buffer.from(before), value, Buffer.from(after)])
  const at = Buffer.byteLength(before)
  return picker.pick(bytes, at, at + value.length)
}

/** Without prototypes and in one order, whole numbers as one kind: what a filter sees of it. */
function seen(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(seen)
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value
  return Object.entries(value).map(([name, inner]) => [name, seen(inner)])
}

/** The plain reading of the same bytes; undefined where they are no JSON object. */
function plain(bytes: Buffer): unknown[] | undefined {
  try {
    const text = bytes.toString('utf8')
    JSON.parse(text)
    const whole = Object.entries(parseJson(text) as object)
    return [...FIELDS].flatMap(field => {
      const found = whole.find(([name]) => name === field)
      return found ? [[field, seen(found[1])]] : []
    })
  } catch {
    return undefined
  }
}

const blank = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t', '   ')
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '한글',
    'é',
    '\u2028',
    '"',
    '\\',
    '\\u0061',
    '{"a":1}',
    '😀',
    '\u0000',
    'x'.repeat(300),
  ),
)
/** As writers put it; one in so many writes nothing but escapes. */
const written = (unit: fc.Arbitrary<string>, oneIn: number) =>
  fc
    .tuple(unit, fc.integer({ min: 1, max: oneIn }))
    .map(([value, how]) => (how < oneIn ? JSON.stringify(value) : `"${escaped(value.toWellFormed())}"`))
const escaped = (value: string) =>
  Array.from({ length: value.length }, (_, i) => escapeOf(value.charCodeAt(i))).join('')
const escapeOf = (unit: number) => `\\u${unit.toString(16).padStart(4, '0')}`
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.constantFrom(
    '-0',
    '0',
    '1.0',
    '1e3',
    '1E-3',
    '-0.0',
    '123456789012345',
    '1234567890123456',
    '0.5e1',
    '1e400',
  ),
)
const document = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    number,
    written(text, 4),
    fc.constantFrom('true', 'false', 'null'),
    tie('list'),
    tie('map'),
  ),
  list: fc
    .tuple(fc.array(tie('value') as fc.Arbitrary<string>), blank)
    .map(([items, gap]) => `[${gap}${items.join(`${gap},${gap}`)}${gap}]`),
  map: fc
    .tuple(
      fc.array(
        fc.tuple(
          written(fc.oneof(fc.constantFrom(...FIELDS, 'x', 'A', 'aa'), text), 30),
          tie('value') as fc.Arbitrary<string>,
        ),
      ),
      blank,
    )
    .map(
      ([entries, gap]) =>
        `{${gap}${entries.map(([name, value]) => `${name}${gap}:${gap}${value}`).join(`${gap},${gap}`)}${gap}}`,
    ),
}))
const around = fc.constantFrom('', ' ', '}', '1', '"', ',"a":9}', '\n\n', '00')

it('picks what the plain reading of the whole finds, and answers for nothing else', () => {
  let answered = 0
  fc.assert(
    fc.property(document.map as fc.Arbitrary<string>, around, around, blank, (json, before, after, end) => {
      const found = pick(`${json}${end}`, before, after)
      if (found === undefined) return
      answered++
      expect(seen(found)).toEqual(plain(Buffer.from(`${json}${end}`)))
    }),
    { numRuns: 3000 },
  )
  expect(answered).toBeGreaterThan(500)
})

it('answers for no broken bytes', () => {
  let broken = 0
  const change = fc.tuple(
    fc.nat(),
    fc.constantFrom(0x22, 0x5c, 0x7d, 0x5d, 0x2c, 0x3a, 0x00, 0x1f, 0x31, 0x65, 0xff, 0x20),
  )
  fc.assert(
    fc.property(
      document.map as fc.Arbitrary<string>,
      fc.array(change, { minLength: 1, maxLength: 3 }),
      around,
      (json, changes, after) => {
        const bytes = Buffer.from(json)
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte
        const found = pick(bytes, '', after)
        const expected = plain(bytes)
        if (expected === undefined) broken++
        if (found !== undefined) expect(seen(found)).toEqual(expected)
      },
    ),
    { numRuns: 4000 },
  )
  expect(broken).toBeGreaterThan(500)
})

it.each([
  ['{"a":1,"a":2}', { a: 2n }],
  ['{"x":"\\"a\\":1","a":1.5}', { a: 1.5 }],
  ['{"a":{"n":[1,{"m":2.5}]},"bb":"\\u00e9\\n"}', { a: { n: [1n, { m: 2.5 }] }, bb: 'é\n' }],
  ['{"한글":"값"} \n', { 한글: '값' }],
  ['{}', {}],
])('of %s it gives what is asked for', (json, expected) => {
  expect(pick(json)).toEqual(expected)
})

it.each([
  '{"a":1234567890123456}',
  '{"a":1e400}',
  '{"\\u0061":1}',
  '{"a":1}}',
  '{"a":1',
  '{"a":1,}',
  '{"a":01}',
  '{"a":"\u0001"}',
  '[1]',
  '',
])('leaves %j to who reads with more care', json => {
  expect(pick(json)).toBeUndefined()
})

it('takes nothing that lies behind the object for a part of it', () => {
  expect(pick('{"a":1', '', '}')).toBeUndefined()
  expect(pick('{"a":1', '', '2}')).toBeUndefined()
  expect(pick('{"a":"x', '', '"}')).toBeUndefined()
})
