import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SERDE_FORMATS, type SerdeFormat } from '@/lib/contracts/serdes'
import { DecodeError } from './decode-error'
import { RecordSerde } from './record-serde'
import type { SchemaAnswer } from './schema/schema-ref'
import { autoPlan, type SerdePlan } from './serde-plan'

const parts = (value: Buffer | null, headers: [string, Buffer | null][] = []) => ({
  key: null,
  value,
  headers: headers.map(([name, bytes]) => ({ name: Buffer.from(name), value: bytes })),
})
const asked = (format: SerdeFormat): SerdePlan => ({ ...autoPlan('t'), value: { format, reason: 'asked' } })
const read = (format: SerdeFormat, value: Buffer) =>
  new RecordSerde(asked(format)).payload('value', parts(value))

const frame = (id: number, body: number[]) => {
  const bytes = Buffer.alloc(5 + body.length)
  bytes.writeInt32BE(id, 1)
  bytes.set(body, 5)
  return bytes
}
const ORDER = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'city', type: 'string' },
  ],
}
const answer = (key: string): SchemaAnswer => ({
  key,
  ok: true,
  schema: { kind: 'avro', text: JSON.stringify(ORDER), references: [] },
  id: 7,
  subject: 'order-value',
  version: 3,
})
const noSchema = (key: string): SchemaAnswer => ({
  key,
  ok: false,
  error: 'the registry does not know it.',
  failure: { code: 'SCHEMA_UNKNOWN', params: {} },
})
// id 2^62 + 1, city "Jeju"
const BODY = [0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 8, 0x4a, 0x65, 0x6a, 0x75]
const TEXT = '{"id":4611686018427387905,"city":"Jeju"}'

function registrySerde(): RecordSerde {
  return new RecordSerde({ ...autoPlan('orders'), registry: true })
}

test('a frame asks for its schema once, then reads: text and data, exactly', () => {
  const serde = registrySerde()
  const record = parts(frame(7, BODY))
  expect(serde.wanted('value', record)).toEqual({ by: 'id', id: 7 })
  expect(serde.payload('value', record)).toMatchObject({
    error: 'Schema 7 was not handed in.',
    errorCode: 'SCHEMA_NOT_ASKED',
    errorParams: { schema: '7' },
  })
  serde.learn([answer('id:7')])
  expect(serde.wanted('value', record)).toBeNull()
  expect(serde.payload('value', record)).toEqual({
    format: 'avro',
    decoder: 'avro',
    reason: 'confluent-frame',
    text: TEXT,
    truncated: false,
    bytes: 20,
    schema: { id: 7, subject: 'order-value', version: 3 },
  })
  expect(serde.value('value', record)).toEqual({ id: 2n ** 62n + 1n, city: 'Jeju' })
  expect(serde.value('value', record, new Set(['city']))).toEqual({ city: 'Jeju' })
})

test('ids in headers: Confluent’s id and GUID, Apicurio’s two', () => {
  const id = Buffer.from([0, 0, 0, 0, 7])
  const guid = Buffer.concat([Buffer.from([1]), Buffer.alloc(16, 0xab)])
  const long = Buffer.from([0, 0, 0, 0, 0, 0, 0, 9])
  for (const [name, value, key] of [
    ['__value_schema_id', id, 'id:7'],
    ['__value_schema_id', guid, 'guid:abababab-abab-abab-abab-abababababab'],
    ['apicurio.value.globalId', long, 'global-id:9'],
    ['apicurio.value.contentId', long, 'content-id:9'],
  ] as const) {
    const serde = registrySerde()
    serde.learn([answer(key)])
    const record = parts(Buffer.from(BODY), [
      ['other', null],
      [name, value],
    ])
    expect(serde.payload('value', record)).toMatchObject({ text: TEXT, reason: 'header-id' })
  }
})

const PROTO =
  'syntax="proto3"; message A { string a = 1; message In { string b = 1; } } message B { string c = 1; }'
const protoAnswer = (key: string): SchemaAnswer => ({
  key,
  ok: true,
  schema: { kind: 'protobuf', text: PROTO, references: [] },
  id: 7,
  subject: null,
  version: null,
})

// Zigzag varints: a count and so many indexes; 0 alone is the first message (SchemaId.java of Confluent's registry).
test.each([
  ['no indexes', [], '{"a":"z"}'],
  ['the first message', [0], '{"a":"z"}'],
  ['the second', [2, 2], '{"c":"z"}'],
  ['one inside of the first', [4, 0, 0], '{"b":"z"}'],
] as const)('Protobuf with its id in a header: %s', (_, indexes, text) => {
  const id = Buffer.from([0, 0, 0, 0, 7, ...indexes])
  const guid = Buffer.from([1, ...Buffer.alloc(16, 0xab), ...indexes])
  for (const [header, key] of [
    [id, 'id:7'],
    [guid, 'guid:abababab-abab-abab-abab-abababababab'],
  ] as const) {
    const serde = registrySerde()
    serde.learn([protoAnswer(key)])
    // The payload is the value alone, whatever it begins with.
    const record = parts(Buffer.from([0x0a, 1, 0x7a]), [['__value_schema_id', header]])
    expect(serde.payload('value', record)).toMatchObject({ text, reason: 'header-id', decoder: 'protobuf' })
    expect(serde.value('value', record)).toEqual(JSON.parse(text))
  }
})

test.each([
  ['the first message', [0], true, 'A'],
  ['the first message by its index, as no writer of ours says it', [2, 0], false, 'A'],
  ['the second', [2, 2], true, 'B'],
  ['one inside of the first', [4, 0, 0], true, 'A.In'],
  ['one that is not there', [2, 18], false, undefined],
] as const)(
  'Protobuf behind its id says its message, and whether it can be written again: %s',
  (_, indexes, again, name) => {
    const serde = registrySerde()
    serde.learn([protoAnswer('id:7')])
    const record = parts(frame(7, [...indexes, 0x0a, 1, 0x7a]))
    const payload = serde.payload('value', record)
    expect(payload?.schema?.message).toBe(name)
    expect(payload?.errorCode === undefined && serde.comesBack('value', record, payload?.text ?? '')).toBe(
      again,
    )
  },
)

test.each([
  ['cut', BODY.slice(0, 12), 'TRUNCATED'],
  ['with bytes left', [...BODY, 1], 'BYTES_LEFT'],
  ['whole', BODY, undefined],
] as const)('a short preview of a value that is %s says the same as all of it', (_, body, code) => {
  const serde = registrySerde()
  serde.learn([answer('id:7')])
  const record = parts(frame(7, [...body]))
  expect(serde.payload('value', record)?.errorCode).toBe(code)
  expect(serde.payload('value', record, 8)?.errorCode).toBe(code)
})

test('Protobuf of Apicurio names its message in a header of its own', () => {
  const serde = registrySerde()
  serde.learn([protoAnswer('global-id:9')])
  const headers: [string, Buffer][] = [
    ['apicurio.protobuf.type', Buffer.from('B')],
    ['apicurio.value.globalId', Buffer.from([0, 0, 0, 0, 0, 0, 0, 9])],
  ]
  const record = parts(Buffer.from([0x0a, 1, 0x7a]), headers)
  expect(serde.payload('value', record)).toMatchObject({ text: '{"c":"z"}', reason: 'header-id' })
})

test('indexes that name no message, or end too early, are a sentence beside the bytes', () => {
  for (const indexes of [
    [2, 40],
    [6, 2],
    [0xff, 0xff, 0xff, 0xff, 0x0f],
  ]) {
    const serde = registrySerde()
    serde.learn([protoAnswer('id:7')])
    const header = Buffer.from([0, 0, 0, 0, 7, ...indexes])
    const payload = serde.payload(
      'value',
      parts(Buffer.from([0x0a, 1, 0x7a]), [['__value_schema_id', header]]),
    )
    expect(payload).toMatchObject({ format: 'hex', text: '0a017a' })
    expect(payload?.error).toBeTruthy()
  }
})

test('Apicurio’s eight bytes of id', () => {
  const serde = registrySerde()
  serde.learn([answer('global-id:9')])
  const record = parts(Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 9, ...BODY]))
  expect(serde.payload('value', record)).toMatchObject({ text: TEXT, reason: 'apicurio-frame' })
})

test('what goes wrong is said at the record, with its bytes', () => {
  const serde = registrySerde()
  serde.learn([noSchema('id:8'), answer('id:7')])
  const show = (bytes: Buffer) => serde.payload('value', parts(bytes))
  expect(show(frame(8, BODY))).toMatchObject({
    format: 'hex',
    error: 'Schema 8: the registry does not know it.',
    errorCode: 'SCHEMA_UNKNOWN',
    errorParams: { schema: '8' },
    schema: { id: 8, subject: null, version: null },
  })
  expect(show(frame(7, BODY.slice(0, -1)))).toMatchObject({
    format: 'hex',
    error: 'The bytes end at 19, in the middle of a value.',
    errorCode: 'TRUNCATED',
    errorParams: { at: 19 },
    schema: { id: 7, subject: 'order-value', version: 3 },
  })
  expect(show(frame(7, [...BODY, 1]))?.error).toContain('1 bytes are left after the value')
  expect(() => serde.value('value', parts(frame(7, [2])))).toThrow(DecodeError)
})

test('eight bytes are a long unless a schema reads them whole, and a doubt is said', () => {
  const serde = registrySerde()
  const bytes = frame(7, [2, 2, 0x61])
  serde.learn([noSchema('id:7')])
  expect(serde.payload('value', parts(bytes))).toMatchObject({ format: 'number', reason: 'eight-bytes' })
  serde.learn([{ key: 'id:7', ok: false, error: 'the registry took too long.' }])
  expect(serde.payload('value', parts(bytes))).toMatchObject({ reason: 'eight-bytes-or-frame' })
  serde.learn([answer('id:7')])
  expect(serde.payload('value', parts(bytes))).toMatchObject({ text: '{"id":1,"city":"a"}' })
  expect(serde.payload('value', parts(frame(7, [2, 2, 0x80])))).toMatchObject({ format: 'avro' })
  expect(serde.payload('value', parts(frame(7, [2, 9, 0x80])))).toMatchObject({
    format: 'number',
    reason: 'eight-bytes-or-frame',
  })
})

test('eight bytes that name a schema of the topic’s own subject are a value of it, whole or not', () => {
  const serde = new RecordSerde({ ...autoPlan('order'), registry: true })
  serde.learn([answer('id:7')])
  expect(serde.payload('value', parts(frame(7, [2, 9, 0x80])))).toMatchObject({
    format: 'hex',
    reason: 'confluent-frame',
    errorCode: 'SCHEMA_MISMATCH',
    schema: { id: 7, subject: 'order-value', version: 3 },
  })
  // The subject of the values says nothing about keys.
  const key = { key: frame(7, [2, 9, 0x80]), value: null, headers: [] }
  expect(serde.payload('key', key)).toMatchObject({ format: 'number', reason: 'eight-bytes-or-frame' })
})

test('a schema chosen by hand reads values without a frame', () => {
  const serde = new RecordSerde({
    ...autoPlan('t'),
    value: { format: 'avro', reason: 'remembered', schema: { by: 'id', id: 7 } },
    registry: true,
  })
  const record = parts(Buffer.from(BODY))
  expect(serde.wanted('value', record)).toEqual({ by: 'id', id: 7 })
  serde.learn([answer('id:7')])
  expect(serde.payload('value', record)).toMatchObject({ text: TEXT, reason: 'remembered' })
})

test('a preview stops where it is full', () => {
  const serde = registrySerde()
  serde.learn([answer('id:7')])
  expect(serde.payload('value', parts(frame(7, BODY)), 10)).toMatchObject({
    text: TEXT.slice(0, 10),
    truncated: true,
  })
})

test.each([
  ['gzip', gzipSync(Buffer.from('{"a":1}'))],
  ['zstd', zstdCompressSync(Buffer.from('{"a":1}'))],
] as const)('%s inside is taken off', (inside, bytes) => {
  expect(read('auto', bytes)).toMatchObject({
    format: 'json',
    text: '{"a":1}',
    inside,
    reason: 'json-syntax',
  })
  expect(read('hex', bytes)).toMatchObject({ format: 'hex', text: bytes.toString('hex') })
})

const MARKED = '\ufeff{"id":9007199254740993}'

test.each(['auto', 'json', 'json-schema'] as const)(
  '%s: JSON behind a byte order mark is JSON, and the mark is told',
  format => {
    const bytes = Buffer.from(MARKED)
    expect(read(format, bytes)).toMatchObject({
      format: 'json',
      text: '{"id":9007199254740993}',
      inside: 'utf-8-bom',
      bytes: bytes.length,
      truncated: false,
    })
    const serde = new RecordSerde(asked(format))
    expect(serde.value('value', parts(bytes))).toEqual({ id: 9007199254740993n })
  },
)

test('a mark before what is no JSON is part of the text, and one of UTF-16 or half of one is none', () => {
  for (const text of ['\ufeffseoul', '\ufeff', '\ufeff{"cut":', '\ufeff12'])
    expect(read('auto', Buffer.from(text))).toMatchObject({ format: 'text', text })
  expect(read('text', Buffer.from(MARKED))).toMatchObject({ format: 'text', text: MARKED })
  expect(read('auto', Buffer.from([0xef, 0xbb, 0x7b, 0x7d, 0x0a]))).toMatchObject({ format: 'hex' })
  expect(
    read('auto', Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
  ).toMatchObject({
    errorCode: 'NOT_UTF8',
  })
})

test('inside of what is compressed it is taken off as well', () => {
  expect(read('auto', gzipSync(MARKED))).toMatchObject({
    format: 'json',
    text: '{"id":9007199254740993}',
    inside: 'gzip',
  })
})

test('compressed values of one answer are opened until enough is open', () => {
  const serde = new RecordSerde(autoPlan('t'))
  const record = { key: null, value: gzipSync('{"a":1}'), headers: [] }
  const inflate = { left: 10 }
  const shown = [1, 2, 3].map(() => serde.payload('value', record, 1000, inflate))
  expect(shown[1]).toMatchObject({ format: 'json', text: '{"a":1}' })
  expect(shown[2]).toMatchObject({
    format: 'hex',
    errorCode: 'INFLATE_SPENT',
    errorParams: { format: 'gzip' },
  })
  expect(serde.payload('value', record)).toEqual(shown[0])
})

test('a bomb inside stays what it is, with a sentence', () => {
  expect(read('auto', gzipSync(Buffer.alloc(40 * 1024 * 1024)))).toMatchObject({
    format: 'hex',
    error: 'The gzip data grows beyond 32 MiB.',
  })
})

test.each([
  ['int64-le', [1, 0, 0, 0, 0, 0, 0, 128], 'number', '-9223372036854775807'],
  ['float32-be', [0x3d, 0xcc, 0xcc, 0xcd], 'number', '0.1'],
  ['float64-le', [0, 0, 0, 0, 0, 0, 0xf0, 0x3f], 'number', '1'],
  ['int16-be', [1, 0], 'number', '256'],
  ['euc-kr', [0xc7, 0xd1, 0xb1, 0xdb], 'text', '한글'],
  ['base64', [1, 2, 3], 'text', 'AQID'],
  ['uuid', Array(16).fill(0xab), 'uuid', 'abababab-abab-abab-abab-abababababab'],
  ['json', [0x31], 'json', '1'],
] as const)('%s', (format, bytes, kind, text) => {
  expect(read(format, Buffer.from(bytes))).toMatchObject({
    format: kind,
    text,
    decoder: format,
    reason: 'asked',
  })
})

test.each(['json', 'text', 'euc-kr', 'uuid', 'int32-be', 'avro', 'protobuf'] as const)(
  'what is no %s says so and shows its bytes',
  format =>
    expect(read(format, Buffer.from([0xff, 0, 0xfe]))).toMatchObject({
      format: 'hex',
      error: expect.any(String),
    }),
)

test('Korean of older systems is found by its syllables, UUIDs by their bits', () => {
  const text = Buffer.from([0xc7, 0xd1, 0xb1, 0xdb, 0x20, 0xc1, 0xd6, 0xb9, 0xae])
  expect(read('auto', text)).toMatchObject({ text: '한글 주문', reason: 'euc-kr-syllables' })
  const uuid = Buffer.from('6f1c9c3e4f4e4b1a9a3e0d8d3a1f2b7c', 'hex')
  expect(read('auto', uuid)).toMatchObject({ format: 'uuid', reason: 'uuid-bits' })
})

test('any bytes under any format become a payload, and data or a DecodeError', () => {
  const schemas = [1, 2, 3].map(id => answer(`id:${id}`))
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(...SERDE_FORMATS), (raw, format) => {
      const serde = new RecordSerde({ ...asked(format), registry: true, schemas })
      const record = parts(Buffer.from(raw))
      expect(serde.payload('value', record, 50)?.bytes).toBe(raw.length)
      try {
        serde.value('value', record)
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError)
      }
    }),
    { numRuns: 5000 },
  )
})
