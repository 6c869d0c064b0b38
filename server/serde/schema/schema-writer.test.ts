import { expect, it } from 'vitest'
import { textOfValue } from '../stringify-value'
import type { SchemaKind, SchemaText } from './schema-ref'
import { compileWriter } from './schema-writer'

const writer = (kind: SchemaKind, text: string) => {
  const schema: SchemaText = { kind, text, references: [] }
  return compileWriter(schema)
}

/** Types that refer to themselves by twenty fields each: twenty to the sixth values, were they all made. */
const many = Array.from({ length: 20 }, (_, i) => `f${i}`)
const HOSTILE: [SchemaKind, string][] = [
  [
    'avro',
    JSON.stringify({
      type: 'record',
      name: 'Tree',
      fields: many.map(name => ({ name, type: ['null', 'Tree'] })),
    }).replace('["null","Tree"]', '["null",{"type":"array","items":"Tree"}]'),
  ],
  [
    'protobuf',
    `syntax = "proto3"; message Tree { ${many.map((name, i) => `Tree ${name} = ${i + 1};`).join(' ')} }`,
  ],
  [
    'json-schema',
    JSON.stringify({
      type: 'object',
      properties: Object.fromEntries(many.map(name => [name, { $ref: '#' }])),
    }),
  ],
]

it.each(HOSTILE)('an example by a %s schema that refers to itself many times is short', (kind, text) => {
  const example = textOfValue(writer(kind, text).example())
  expect(example.length).toBeGreaterThan(20)
  expect(example.length).toBeLessThan(200_000)
})

it('records inside of records, doubled thirty times, end as well', () => {
  const levels = Array.from({ length: 30 }, (_, i) => i).reduceRight<unknown>(
    (inner, i) => ({
      type: 'record',
      name: `R${i}`,
      fields: [
        { name: 'a', type: inner },
        { name: 'b', type: typeof inner === 'string' ? inner : `R${i + 1}` },
      ],
    }),
    'string',
  )
  expect(textOfValue(writer('avro', JSON.stringify(levels)).example()).length).toBeLessThan(200_000)
})

it('a reference whose escapes are none names nothing, and is said so', () => {
  const { encode } = writer('json-schema', JSON.stringify({ properties: { a: { $ref: '#/%zz' } } }))
  expect(() => encode({ a: 1n }, '{"a":1}')).toThrow('the schema refers to #/%zz, which is not there')
})
