import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DecodeError } from '../decode-error'
import { writeText } from '../text-out'
import { AvroInput } from './avro-input'
import { compileAvro } from './compile-avro'
import { avroToText, avroToValue, skipAvro } from './read-avro'

const long = (value: bigint): number[] => {
  let raw = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  const bytes: number[] = []
  while (raw > 0x7fn) {
    bytes.push(Number(raw & 0x7fn) | 0x80)
    raw >>= 7n
  }
  return [...bytes, Number(raw)]
}

function text(schema: unknown, bytes: number[]): string {
  const input = new AvroInput(Buffer.from(bytes), 0)
  const node = compileAvro(JSON.stringify(schema))
  const { text: written } = writeText(1_000_000, out => avroToText(node, input, out))
  expect(input.at).toBe(bytes.length)
  return written
}

test('64-bit integers are exact, all of them, as text and as data', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), value => {
      expect(text('long', long(value))).toBe(String(value))
      const input = new AvroInput(Buffer.from(long(value)), 0)
      expect(avroToValue(compileAvro('"long"'), input)).toBe(value)
    }),
  )
})

test.each([
  [{ type: 'bytes', logicalType: 'decimal', precision: 30, scale: 2 }, [4, 0x04, 0xd2], '"12.34"'],
  [{ type: 'bytes', logicalType: 'decimal', precision: 30, scale: 3 }, [2, 0xff], '"-0.001"'],
  [{ type: 'int', logicalType: 'date' }, long(20_778n), '"2026-11-21"'],
  [{ type: 'int', logicalType: 'time-millis' }, long(45_296_789n), '"12:34:56.789"'],
  [{ type: 'long', logicalType: 'timestamp-millis' }, long(-1n), '"1969-12-31T23:59:59.999Z"'],
  [
    { type: 'long', logicalType: 'timestamp-micros' },
    long(1_763_689_380_123_456n),
    '"2025-11-21T01:43:00.123456Z"',
  ],
  [{ type: 'long', logicalType: 'local-timestamp-nanos' }, long(1n), '"1970-01-01T00:00:00.000000001"'],
  [{ type: 'long', logicalType: 'timestamp-millis' }, long(2n ** 63n - 1n), '9223372036854775807'],
  [
    { type: 'fixed', name: 'u', size: 16, logicalType: 'uuid' },
    Array(16).fill(0xab),
    '"abababab-abab-abab-abab-abababababab"',
  ],
  ['float', [0xcd, 0xcc, 0xcc, 0x3d], '0.1'],
  ['double', [0, 0, 0, 0, 0, 0, 0xf8, 0x7f], '"NaN"'],
  ['bytes', [4, 0xff, 0x22], '"ÿ\\""'],
  [['null', 'string'], [2, 4, 0x68, 0x69], '"hi"'],
  [{ type: 'map', values: 'int' }, [4, 2, 0x61, 2, 2, 0x61, 4, 0], '{"a":1,"a":2}'],
  [{ type: 'array', items: 'int' }, [3, 4, 2, 4, 0], '[1,2]'],
] as const)('%j', (schema, bytes, shown) => expect(text(schema, [...bytes])).toBe(shown))

const node = {
  type: 'record',
  name: 'Node',
  namespace: 'tree',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'next', type: ['null', 'Node'], default: null },
  ],
}

test('a schema that refers to itself, to a reference, and to a name in another namespace', () => {
  expect(text(node, [2, 2, 4, 0])).toBe('{"id":1,"next":{"id":2,"next":null}}')
  const order = { type: 'record', name: 'Order', fields: [{ name: 'node', type: 'tree.Node' }] }
  const compiled = compileAvro(JSON.stringify(order), [{ text: JSON.stringify(node) }])
  const input = new AvroInput(Buffer.from([2, 0]), 0)
  expect(avroToValue(compiled, input)).toEqual({ node: { id: 1n, next: null } })
})

test('only the fields asked for are made, whatever stands around them', () => {
  const schema = {
    type: 'record',
    name: 'R',
    fields: [
      { name: 'a', type: { type: 'array', items: 'string' } },
      { name: 'b', type: node },
      { name: 'c', type: { type: 'map', values: 'double' } },
      { name: 'd', type: 'string' },
    ],
  }
  const bytes = [1, 4, 2, 0x78, 0, 2, 2, 4, 0, 2, 2, 0x6b, ...Array(8).fill(0), 0, 2, 0x79]
  const compiled = compileAvro(JSON.stringify(schema))
  const read = (fields: string[] | null) =>
    avroToValue(compiled, new AvroInput(Buffer.from(bytes), 0), fields && new Set(fields))
  expect(read(['d'])).toEqual({ d: 'y' })
  expect(read(['b', 'd'])).toEqual({ b: { id: 1n, next: { id: 2n, next: null } }, d: 'y' })
  const input = new AvroInput(Buffer.from(bytes), 0)
  skipAvro(compiled, input)
  expect(input.at).toBe(bytes.length)
})

test.each([
  ['truncated', 'string', [20, 0x61]],
  ['a union without that branch', ['null', 'int'], [4]],
  ['a symbol that is not there', { type: 'enum', name: 'E', symbols: ['A'] }, [2]],
  ['a negative length', 'bytes', [1]],
  ['a varint without end', 'long', Array(11).fill(0xff)],
  ['an int of 64 bits', 'int', long(2n ** 40n)],
  ['a billion nulls in six bytes', { type: 'array', items: 'null' }, [...long(2n ** 40n), 0]],
  ['a list in itself, very deep', node, Array.from({ length: 100_000 }, () => 2)],
])('%s ends in a sentence', (_, schema, bytes) => {
  const compiled = compileAvro(JSON.stringify(schema))
  const run = () => avroToValue(compiled, new AvroInput(Buffer.from(bytes), 0))
  expect(run).toThrow(DecodeError)
  expect(() =>
    writeText(1e9, out => avroToText(compiled, new AvroInput(Buffer.from(bytes), 0), out)),
  ).toThrow(DecodeError)
})

test.each([
  ['not JSON', '{'],
  ['an unknown name', '"Missing"'],
  ['a record without fields', '{"type":"record","name":"a"}'],
  ['very deep', `${'{"type":"array","items":'.repeat(5000)}"int"${'}'.repeat(5000)}`],
  ['a number', '12'],
  ['a huge fixed', '{"type":"fixed","name":"a","size":1e12}'],
])('a schema that is %s is refused', (_, schema) => expect(() => compileAvro(schema)).toThrow(DecodeError))

test('random bytes never do anything but decode or throw a DecodeError', () => {
  const compiled = compileAvro(
    JSON.stringify({
      type: 'record',
      name: 'R',
      fields: [
        { name: 'u', type: ['null', 'long', 'string', node] },
        { name: 'm', type: { type: 'map', values: { type: 'bytes', logicalType: 'decimal', precision: 9 } } },
        {
          name: 'a',
          type: { type: 'array', items: ['null', { type: 'long', logicalType: 'timestamp-micros' }] },
        },
      ],
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), raw => {
      for (const run of [
        (input: AvroInput) => avroToValue(compiled, input),
        (input: AvroInput) => writeText(10_000, out => avroToText(compiled, input, out)),
        (input: AvroInput) => skipAvro(compiled, input),
      ]) {
        try {
          run(new AvroInput(Buffer.from(raw), 0))
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }
    }),
    { numRuns: 5000 },
  )
})
