import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DecodeError } from '../decode-error'
import { EncodeError } from '../encode-error'
import { parseJson } from '../json-value'
import { compileSchema } from '../schema/compile-schema'
import { compileWriter } from '../schema/schema-writer'
import { textOfValue } from '../stringify-value'
import { parseProto } from './parse-proto'

const ORDER = `
// A comment
syntax = "proto3";
package shop.v1;
import "google/protobuf/timestamp.proto";
import "common.proto";
option java_package = "com.shop";
message Order {
  option deprecated = true;
  int64 order_id = 1 [json_name = "orderId", deprecated = true];
  repeated int32 counts = 2;
  map<string, sint64> totals = 3;
  oneof payer { string name = 4; bytes token = 5; }
  Status status = 6;
  google.protobuf.Timestamp at = 7;
  message Line { string sku = 1; .common.Money price = 2; Order parent = 3; }
  repeated Line lines = 8;
  optional double ratio = 9;
  fixed64 big = 10;
  float f = 11;
  reserved 100 to max; /* block */
  enum Status { UNKNOWN = 0; PAID = 1; REFUNDED = -1; }
}
message Other { string x = 1; message Inner { string y = 1; } }
service S { rpc Get (Order) returns (Other) { option (a.b) = { get: "/x" }; } }
`
const COMMON = 'syntax = "proto3"; package common; message Money { uint64 units = 1; string currency = 2; }'
const schema = {
  kind: 'protobuf' as const,
  text: ORDER,
  references: [{ name: 'common.proto', text: COMMON }],
}
const JSON_TEXT =
  '{"orderId":-9223372036854775808,"counts":[1,-1],"totals":{"a":-5},"token":"AQI=","status":"REFUNDED","at":"2026-11-21T09:30:00.120Z","lines":[{"sku":"x","price":{"units":18446744073709551615,"currency":"KRW"},"parent":{"orderId":1}}],"ratio":0.5,"big":18446744073709551615,"f":0.1}'

const frame = (body: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), body])
const read = (bytes: Buffer, at = 5) => textOfValue(compileSchema(schema).read(bytes, at, null))

test('what is written reads back, every digit of it', () => {
  const bytes = frame(compileWriter(schema).encode(parseJson(JSON_TEXT), JSON_TEXT))
  const back = JSON.parse(read(bytes))
  expect(back).toMatchObject({
    totals: { a: -5 },
    token: 'AQI=',
    status: 'REFUNDED',
    at: '2026-11-21T09:30:00.120Z',
    f: 0.1,
  })
  expect(read(bytes)).toContain('"orderId":-9223372036854775808')
  expect(read(bytes)).toContain('"big":18446744073709551615')
  expect(read(bytes)).toContain('"price":{"units":18446744073709551615,"currency":"KRW"}')
})

test('what a library wrote comes back byte for byte: fields by number, defaults left out', () => {
  const same = (...bytes: number[]) => {
    const wrote = Buffer.from([0, ...bytes])
    const text = read(frame(wrote))
    expect(compileWriter(schema).encode(parseJson(text), text)).toEqual(wrote)
    return text
  }
  // A text of the oneof before an enum, which the reader shows first; no orderId, no nanos, no big, no f.
  expect(same(0x22, 1, 0x61, 0x30, 1, 0x3a, 2, 0x08, 5)).toContain('"orderId":0')
  // With presence a default stands: an empty name of the oneof, a ratio of 0.
  same(0x22, 0, 0x49, 0, 0, 0, 0, 0, 0, 0, 0)
  same()
})

test('bytes as protoc writes them: packed and unpacked lists, unknown fields, defaults', () => {
  const bytes = Buffer.from([
    0x08, 0x96, 0x01, 0x12, 0x02, 0x01, 0x02, 0x10, 0x03, 0xf2, 0x3f, 0x02, 0x68, 0x69,
  ])
  expect(JSON.parse(read(Buffer.concat([bytes]), 0))).toMatchObject({
    orderId: 150,
    counts: [1, 2, 3],
    '1022': ['hi'],
    status: 'UNKNOWN',
    big: 0,
  })
})

test('message indexes choose the message; Apicurio’s reference does by name', () => {
  const inner = Buffer.from([0x0a, 1, 0x7a])
  expect(read(frame(Buffer.concat([Buffer.from([4, 2, 0]), inner])))).toBe('{"y":"z"}')
  const ref = Buffer.from([7, 0x0a, 5, ...Buffer.from('Other')])
  expect(read(Buffer.concat([Buffer.alloc(9), ref, inner]), 9)).toBe('{"x":"z"}')
  expect(() => read(frame(Buffer.from([4, 2, 9])))).toThrow('not in the schema')
})

test('a value without a schema shows numbers of fields', () => {
  const raw = compileSchema({ ...schema, text: 'syntax="proto3"; message Empty {}' })
  expect(textOfValue(raw.read(Buffer.from([0x08, 1, 0x12, 2, 0x68, 0x69]), 0, null))).toBe(
    '{"1":[1],"2":["hi"]}',
  )
})

test.each([
  ['{"orderId":"x"}', 'orderId: wants an integer'],
  ['{"orderId":99999999999999999999}', 'orderId: does not fit int64'],
  ['{"counts":[1,2147483648]}', 'counts[1]: does not fit int32'],
  ['{"nope":1}', 'nope: shop.v1.Order has no such field'],
  ['{"name":"a","token":""}', 'token: another field of the same oneof'],
  ['{"status":"GONE"}', 'status: wants one of UNKNOWN, PAID'],
  ['{"at":"yesterday"}', 'at: wants a time'],
  ['[]', 'the value: wants an object'],
])('%s does not fit: %s', (text, message) => {
  expect(() => compileWriter(schema).encode(parseJson(text), text)).toThrow(message)
  expect(() => compileWriter(schema).encode(parseJson(text), text)).toThrow(EncodeError)
})

test('the example fits its schema', () => {
  const writer = compileWriter(schema)
  const text = textOfValue(writer.example())
  expect(() => writer.encode(parseJson(text), text)).not.toThrow()
  expect(text).toContain('"at":"2026-01-01T00:00:00Z"')
})

test('recursion without end, in the schema and in the bytes, ends in a sentence', () => {
  const loop = { ...schema, text: 'syntax="proto3"; message A { A a = 1; }', references: [] }
  let bytes: Buffer = Buffer.alloc(0)
  for (let i = 0; i < 5000; i++) {
    const head = [0x0a]
    for (let size = bytes.length; ; size >>= 7) {
      if (size < 128) {
        head.push(size)
        break
      }
      head.push((size & 127) | 128)
    }
    bytes = Buffer.concat([Buffer.from(head), bytes])
  }
  expect(() => compileSchema(loop).read(bytes, 0, null)).toThrow('nested deeper')
  expect(textOfValue(compileWriter(loop).example())).toContain('{"a":{')
  expect(() => parseProto('message A {'.repeat(10_000))).toThrow(DecodeError)
})

test.each([
  'message',
  'message A { int32 x = 0; }',
  'message A { int32 x = 1 }',
  '"',
  'syntax',
  'message A { Missing m = 1; }',
  '',
])('a schema like %j is refused', text =>
  expect(() => compileSchema({ ...schema, text, references: [] })).toThrow(DecodeError),
)

test('random bytes decode or throw a DecodeError, whatever they are', () => {
  const compiled = compileSchema(schema)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(0, 5, 9), (raw, at) => {
      try {
        textOfValue(compiled.read(Buffer.concat([Buffer.alloc(at), Buffer.from(raw)]), at, null))
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError)
      }
    }),
    { numRuns: 5000 },
  )
})
