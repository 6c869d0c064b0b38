import { createTranslator } from 'next-intl'
import { expect, test } from 'vitest'
import { decodeFailureCode, decodeFailureWhy, schemaFault } from '@/lib/contracts/decode-failure'
import type { Payload } from '@/lib/contracts/messages'
import type { SerdeFormat } from '@/lib/contracts/serdes'
import { loadMessages } from '@/lib/i18n/messages'
import { RecordSerde } from './record-serde'
import type { SchemaAnswer } from './schema/schema-ref'
import { autoPlan } from './serde-plan'

const schema = (text: string, kind: 'avro' | 'protobuf' = 'avro'): SchemaAnswer => ({
  key: 'id:7',
  ok: true,
  schema: { kind, text, references: [] },
  id: 7,
  subject: 't-value',
  version: 1,
})
const failing = (code: 'SCHEMA_UNKNOWN' | 'REGISTRY_SLOW'): SchemaAnswer => ({
  key: 'id:7',
  ok: false,
  error: 'no.',
  failure: { code, params: {} },
})
const frame = (...body: number[]) => [0, 0, 0, 0, 7, ...body]

function read(format: SerdeFormat, bytes: number[], known: SchemaAnswer | null): Payload | null {
  const plan = { ...autoPlan('t'), value: { format, reason: 'asked' as const }, registry: known !== null }
  const serde = new RecordSerde({ ...plan, schemas: known ? [known] : [] })
  return serde.payload('value', { key: null, value: Buffer.from(bytes), headers: [] })
}

/** Throws for a parameter that is missing. */
async function wordsOf(locale: 'ko' | 'en') {
  const messages = await loadMessages(locale)
  const onError = (error: Error) => {
    throw error
  }
  return { messages, t: createTranslator({ locale, messages, namespace: 'messages', onError }) }
}

test.each([
  ['TRUNCATED', 'auto', frame(40, 65), schema('"string"')],
  ['BYTES_LEFT', 'auto', frame(2, 65, 66, 67), schema('"string"')],
  ['SCHEMA_MISMATCH', 'auto', frame(9, 1), schema('"boolean"')],
  ['SCHEMA_UNUSABLE', 'auto', frame(9, 1), schema('{"type": "record"')],
  ['SCHEMA_UNKNOWN', 'auto', frame(9, 1), failing('SCHEMA_UNKNOWN')],
  ['REGISTRY_SLOW', 'auto', frame(9, 1), failing('REGISTRY_SLOW')],
  ['REGISTRY_NONE', 'auto', frame(9, 1), null],
  ['SCHEMA_NOT_NAMED', 'avro', [0xff, 1], null],
  ['NOT_UTF8', 'text', [0xff, 1], null],
  ['NOT_JSON', 'json', [0x78], null],
  ['WRONG_FORMAT', 'uuid', [1, 2], null],
  ['WRONG_LENGTH', 'int32-be', [1, 2], null],
  ['TOO_DEEP', 'msgpack', [...Array<number>(300).fill(0x91), 1], null],
  ['INFLATE_FAILED', 'auto', [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0], null],
  ['WRONG_FORMAT', 'cbor', [0x81, 0xff], null],
  ['SCHEMA_NOT_ASKED', 'auto', frame(2, 65), { ...schema('"string"'), key: 'id:8' }],
] as const)(
  '%s is a code whose words have all their parameters, in both languages',
  async (code, format, bytes, known) => {
    const payload = read(format, [...bytes], known)
    expect(payload).toMatchObject({ format: 'hex', errorCode: code, error: expect.any(String) })
    for (const locale of ['ko', 'en'] as const) {
      const { t, messages } = await wordsOf(locale)
      expect(t(`failure.${code}`, payload?.errorParams ?? {})).not.toMatch(/[{}]/)
      expect(Object.keys(messages.messages.failure)).toEqual([...decodeFailureCode.options])
    }
  },
)

const ENUM = '{"type":"enum","name":"E","symbols":["A"]}'
const PROTO = 'syntax = "proto3"; message M { int64 n = 1; }'
const NINES = Array<number>(11).fill(0xff)

test.each([
  ['NUMBER_TOO_LONG', frame(...NINES), schema('"long"')],
  ['NUMBER_TOO_LONG', frame(0xfe, 0xff, 0xff, 0xff, 0x7f), schema('"int"')],
  ['BAD_LENGTH', frame(1), schema('"bytes"')],
  ['BAD_BOOLEAN', frame(9), schema('"boolean"')],
  ['NO_SUCH_SYMBOL', frame(4), schema(ENUM)],
  ['NO_SUCH_BRANCH', frame(4), schema('["null", "long"]')],
  ['BAD_FIELD', frame(0, 0, 1), schema(PROTO, 'protobuf')],
  ['BAD_WIRE_TYPE', frame(0, 0x17, 1), schema(PROTO, 'protobuf')],
  ['OTHER_WIRE_TYPE', frame(0, 0x0d, 1, 2, 3, 4), schema(PROTO, 'protobuf')],
  ['NO_SUCH_MESSAGE', frame(2, 6, 1), schema(PROTO, 'protobuf')],
] as const)('%s says in both languages how bytes and schema differ', async (why, bytes, known) => {
  const payload = read('auto', [...bytes], known)
  expect(payload).toMatchObject({ errorCode: 'SCHEMA_MISMATCH', errorParams: { why } })
  for (const locale of ['ko', 'en'] as const) {
    const { t, messages } = await wordsOf(locale)
    expect(t(`failureWhy.${why}`, payload?.errorParams ?? {})).not.toMatch(/[{}]/)
    expect(Object.keys(messages.messages.failureWhy)).toEqual([...decodeFailureWhy.options])
  }
})

const record = (field: string) => schema(`{"type":"record","name":"R","fields":[${field}]}`)
const proto = (text: string) => schema(text, 'protobuf')
const nested = (levels: number) => `${'{"type":"array","items":'.repeat(levels)}"int"${'}'.repeat(levels)}`

test.each([
  ['TOO_LARGE', schema(`"${'x'.repeat(5_000_000)}"`)],
  ['TOO_DEEP', schema(nested(300))],
  ['TOO_MANY_PARTS', schema(`[${'"int",'.repeat(100_001)}"int"]`)],
  ['NOT_JSON', schema('{"type": "record"')],
  ['NOT_PROTO', proto('syntax = "proto3";\nmessage M { int64 = 1; }')],
  ['ENDS_EARLY', proto('syntax = "proto3"; message M {')],
  ['NO_TYPE', schema('[7]')],
  ['TYPE_WITHOUT_NAME', schema('{"type":"enum","symbols":[]}')],
  ['FIELD_WITHOUT_NAME', record('{"type":"int"}')],
  ['TYPE_UNKNOWN', schema('"Elsewhere"')],
  ['TYPE_UNKNOWN', proto('syntax = "proto3"; message M { Elsewhere e = 1; }')],
  ['UNION_EMPTY', schema('[]')],
  ['RECORD_WITHOUT_FIELDS', schema('{"type":"record","name":"R"}')],
  ['FIXED_WITHOUT_SIZE', schema('{"type":"fixed","name":"F"}')],
  ['MAP_KEYS', proto('syntax = "proto3"; message M { map<double, string> m = 1; }')],
  ['NO_MESSAGE', proto('syntax = "proto3";')],
] as const)('%s says in both languages what is wrong with a schema', async (why, known) => {
  const payload = read('auto', frame(0, 1), known)
  expect(payload).toMatchObject({
    errorCode: 'SCHEMA_UNUSABLE',
    errorParams: { why, schema: expect.anything() },
  })
  for (const locale of ['ko', 'en'] as const) {
    const { t, messages } = await wordsOf(locale)
    expect(t(`failureSchema.${why}`, payload?.errorParams ?? {})).not.toMatch(/[{}]/)
    expect(Object.keys(messages.messages.failureSchema)).toEqual([...schemaFault.options])
  }
})

test('a name as long as its schema does not stand at every record', () => {
  const name = 'n'.repeat(100_000)
  const used = read('auto', frame(4, 1), schema(`{"type":"enum","name":"${name}","symbols":["A"]}`))
  const broken = read('auto', frame(4, 1), schema(`{"type":"record","name":"${name}"}`))
  expect([used?.errorCode, broken?.errorCode]).toEqual(['SCHEMA_MISMATCH', 'SCHEMA_UNUSABLE'])
  for (const payload of [used, broken]) expect(JSON.stringify(payload).length).toBeLessThan(2_000)
})
