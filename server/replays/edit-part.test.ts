import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { ReplayEdit } from '@/lib/contracts/replay-request'
import type { RecordHeader } from '@/server/kafka/port'
import { parseJson } from '@/server/serde/json-value'
import { RecordSerde } from '@/server/serde/record-serde'
import type { SchemaText } from '@/server/serde/schema/schema-ref'
import { compileWriter } from '@/server/serde/schema/schema-writer'
import { autoPlan } from '@/server/serde/serde-plan'
import { EditError, troubleParams } from './edit-error'
import { editFields } from './edit-fields'
import { editRecord } from './edit-record'

const AVRO: SchemaText = {
  kind: 'avro',
  references: [],
  text: JSON.stringify({
    type: 'record',
    name: 'Order',
    fields: [
      { name: 'id', type: 'long' },
      { name: 'amount', type: { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 2 } },
      { name: 'note', type: ['null', 'string'], default: null },
      { name: 'tags', type: { type: 'array', items: 'string' } },
    ],
  }),
}
const PROTO: SchemaText = {
  kind: 'protobuf',
  references: [],
  text: `syntax = "proto3";
    message Other { string x = 1; }
    message Order { int64 id = 1; string city = 2; repeated int32 counts = 3; optional int32 left = 4; }`,
}
const JSON_SCHEMA: SchemaText = {
  kind: 'json-schema',
  references: [],
  text: '{"type":"object","required":["id"],"properties":{"id":{"type":"integer"},"city":{"type":"string"}}}',
}
const SCHEMAS = [AVRO, PROTO, JSON_SCHEMA]

const serde = new RecordSerde({ ...autoPlan('orders'), registry: true })
serde.learn(
  SCHEMAS.map((schema, i) => ({
    key: `id:${i + 1}`,
    ok: true,
    schema,
    id: i + 1,
    subject: 's',
    version: 1,
  })),
)
serde.learn([{ key: 'id:9', ok: false, error: 'the registry does not know it.' }])

const frame = (id: number) => Buffer.from([0, 0, 0, 0, id])
const jsonOf = (schema: SchemaText, text: string) => compileWriter(schema).encode(parseJson(text), text)
const record = (value: Buffer | null, headers: [string, Buffer][] = []) => ({
  key: null,
  value,
  headers: headers.map(([name, bytes]) => ({ name: Buffer.from(name), value: bytes })),
})
const AVRO_TEXT = '{"id":9007199254740993,"amount":"12.30","note":"x","tags":["a"]}'
const avro = record(Buffer.concat([frame(1), jsonOf(AVRO, AVRO_TEXT)]))
const proto = (() => {
  // Message index [1]: Order is the second.
  const body = Buffer.concat([Buffer.from([0x08, 0x05, 0x12, 0x01, 0x61, 0x1a, 0x02, 0x01, 0x02])])
  return record(Buffer.concat([frame(2), Buffer.from([2, 2]), body]))
})()
const json = record(Buffer.concat([frame(3), Buffer.from('{ "id": 1 }')]))

const shown = (value: Buffer | null, headers: RecordHeader[] = []) =>
  serde.payload('value', { key: null, value, headers })?.text
const editOf = (one: typeof avro, edit: ReplayEdit) => editRecord(one, edit, serde).record.value
function troubleOf(run: () => unknown) {
  try {
    run()
  } catch (error) {
    if (error instanceof EditError) return error.trouble
    throw error
  }
}
const set = (path: string, json: string) => ({ fields: [{ op: 'set' as const, path, json }] })

describe('fields of a value with a schema', () => {
  test('are written by it again, behind the same frame: Avro, Protobuf’s own message, JSON Schema', () => {
    expect(shown(editOf(avro, set('note', 'null')))).toBe(
      '{"id":9007199254740993,"amount":"12.30","note":null,"tags":["a"]}',
    )
    const edited = editOf(proto, set('city', '"b"'))
    expect(edited?.subarray(0, 7)).toEqual(proto.value?.subarray(0, 7))
    expect(shown(edited)).toBe(shown(proto.value)?.replace('"a"', '"b"'))
    expect(editOf(json, set('city', '"Jeju"'))?.toString('latin1')).toBe(
      '\0\0\0\0\u0003{"id":1,"city":"Jeju"}',
    )
  })

  test('what the schema refuses is said with the place', () => {
    expect(troubleOf(() => editOf(avro, set('amount', '"12.345"')))).toMatchObject({
      problem: 'schema-mismatch',
      part: 'value',
      at: 'amount',
    })
    expect(troubleOf(() => editOf(avro, set('tags.0', '7')))).toMatchObject({ at: 'tags[0]' })
    expect(troubleOf(() => editOf(proto, set('none', '1')))).toMatchObject({
      problem: 'schema-mismatch',
      at: 'none',
    })
    const gone = { fields: [{ op: 'remove' as const, path: 'id' }] }
    expect(troubleOf(() => editOf(json, gone))).toMatchObject({ problem: 'schema-mismatch', at: 'id' })
    expect(troubleOf(() => editOf(avro, gone))).toMatchObject({ problem: 'schema-mismatch', at: 'id' })
  })

  test('bytes that would not come back as they are, are wrapped, or can’t be read are left alone', () => {
    // Field 15 is not in the schema: written again it would be gone.
    const more = record(Buffer.concat([proto.value ?? Buffer.alloc(0), Buffer.from([0x78, 1])]))
    expect(troubleOf(() => editOf(more, set('city', '"b"')))).toMatchObject({ problem: 'lossy' })
    const unknown = record(Buffer.concat([frame(9), Buffer.from('x')]))
    expect(troubleOf(() => editOf(unknown, set('a', '1')))).toMatchObject({
      problem: 'unreadable',
      detail: 'Schema 9: the registry does not know it.',
    })
    const cut = record(avro.value?.subarray(0, 9) ?? null)
    const short = troubleOf(() => editOf(cut, set('note', 'null')))
    expect(short).toMatchObject({ problem: 'unreadable', at: '', failure: { errorCode: 'TRUNCATED' } })
    // As a refusal tells it: the byte where it ends is no place in the value.
    expect(short && troubleParams(short)).toMatchObject({ at: '', failure: 'TRUNCATED', 'failure.at': 9 })
    const wrapped = record(gzipSync('{"a":1}'))
    expect(troubleOf(() => editOf(wrapped, set('a', '2')))).toMatchObject({ problem: 'wrapped' })
  })

  test('JSON behind a byte order mark keeps the mark', () => {
    const marked = record(Buffer.from('\ufeff{"a":1}'))
    expect(editOf(marked, set('a', '2'))).toEqual(Buffer.from('\ufeff{"a":2}'))
    expect(editOf(marked, set('a', '1'))).toBe(marked.value)
  })

  test('a rule that changes nothing keeps the bytes', () => {
    expect(editOf(avro, set('note', '"x"'))).toBe(avro.value)
  })
})

describe('a value as a whole', () => {
  const whole = (data: string, encoding: 'json' | 'text' | 'base64' = 'json'): ReplayEdit => ({
    value: { encoding, data },
  })

  test('JSON is written by the schema of what it replaces, also where that can’t be read', () => {
    const cut = record(avro.value?.subarray(0, 9) ?? null)
    expect(shown(editOf(cut, whole(AVRO_TEXT)))).toBe(AVRO_TEXT)
    expect(troubleOf(() => editOf(avro, whole('{"id":"x"}')))).toMatchObject({
      problem: 'schema-mismatch',
      at: 'id',
    })
    expect(editOf(record(Buffer.from('plain')), whole('{"a":1}'))?.toString()).toBe('{"a":1}')
  })

  test('other bytes are taken as they are if a schema still reads them; null always', () => {
    const framed = Buffer.concat([frame(3), Buffer.from('{"id":2}')])
    expect(editOf(avro, whole(framed.toString('base64'), 'base64'))).toEqual(framed)
    expect(editOf(avro, { value: null })).toBeNull()
    expect(troubleOf(() => editOf(avro, whole('no schema', 'text')))).toMatchObject({
      problem: 'schema-mismatch',
    })
    const bad = Buffer.concat([frame(3), Buffer.from('{"id":"x"}')])
    expect(troubleOf(() => editOf(avro, whole(bad.toString('base64'), 'base64')))).toMatchObject({
      problem: 'schema-mismatch',
      at: 'id',
    })
  })
})

test('the header that names the schema can’t be taken away', () => {
  const headers: [string, Buffer][] = [['__value_schema_id', frame(1)]]
  const one = record(jsonOf(AVRO, AVRO_TEXT), headers)
  const edited = editRecord(one, set('note', 'null'), serde).record
  expect(shown(edited.value, edited.headers)).toContain('"note":null')
  const remove: ReplayEdit = { headers: [{ op: 'remove', name: '__value_schema_id' }] }
  expect(troubleOf(() => editOf(one, remove))).toMatchObject({ problem: 'schema-mismatch' })
})

test('a name with an escape stays as it was written, whatever stood in its place in an object before', () => {
  JSON.parse('{"h":0,"\\\\":1}')
  expect(editFields('{"h":0,"\\n":1.50}', [{ path: '/h', op: 'set', json: '2' }])).toBe('{"h":2,"\\n":1.50}')
})
