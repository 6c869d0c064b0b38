import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { outgoingRecord } from '@/lib/contracts/produce'
import type { LogRecord } from '@/server/kafka/port'
import { EXPORT_FORMATS } from '@/server/messages/export-lines'
import { decodeRecord } from '@/server/serde/decode-record'
import { RecordSerde } from '@/server/serde/record-serde'
import type { SchemaAnswer } from '@/server/serde/schema/schema-ref'
import { autoPlan } from '@/server/serde/serde-plan'
import { fromExportedLine, isExportedLine, NotReproducible } from './exported-line'

const record = (over: Partial<LogRecord>): LogRecord => ({
  partition: 1,
  offset: 7n,
  timestampMs: 1_700_000_000_000,
  timestampType: 'CreateTime',
  key: null,
  value: null,
  headers: [],
  batch: {
    baseOffset: 7n,
    lastOffset: 7n,
    recordCount: 1,
    compression: 'none',
    transactional: false,
    aborted: false,
    undecided: false,
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    leaderEpoch: 0,
  } as LogRecord['batch'],
  ...over,
})
const exported = (one: LogRecord, serde?: RecordSerde) =>
  EXPORT_FORMATS.ndjson.line(decodeRecord(one, { serde }), one, serde).toString().trimEnd()
const bytes = (part: { encoding: string; data: string } | null | undefined) =>
  part && Buffer.from(part.data, part.encoding === 'base64' ? 'base64' : 'utf8')

test('what could not be decoded goes as bytes with the code of the reason', () => {
  const one = record({ value: Buffer.from([0, 0, 0, 0, 7, 1, 2, 3, 4]) })
  expect(JSON.parse(exported(one))).toMatchObject({
    value: null,
    valueBase64: 'AAAAAAcBAgME',
    valueError: 'REGISTRY_NONE',
  })
  const again = outgoingRecord.parse(fromExportedLine(exported(one)))
  expect(bytes(again.value)).toEqual(one.value)
})

test('an exported line is written again byte for byte: text, JSON with every digit, bytes, null, empty, headers', () => {
  const one = record({
    key: Buffer.from('키 "1"'),
    value: Buffer.from('{"id":9007199254740993,"id":1.10}'),
    headers: [
      { name: Buffer.from('a'), value: Buffer.from('x') },
      { name: Buffer.from('a'), value: null },
      { name: Buffer.from('b'), value: Buffer.alloc(0) },
      { name: Buffer.from('c'), value: Buffer.from([0xff, 0x00, 0xfe]) },
    ],
  })
  const line = exported(one)
  expect(isExportedLine(JSON.parse(line))).toBe(true)
  const again = outgoingRecord.parse(fromExportedLine(line))
  expect(bytes(again.key)).toEqual(one.key)
  expect(bytes(again.value)).toEqual(one.value)
  expect(again.headers.map(header => [header.name, bytes(header.value)])).toEqual(
    one.headers.map(header => [header.name.toString(), header.value]),
  )
  expect(again).toMatchObject({ partition: null, timestamp: null })
  expect(outgoingRecord.parse(fromExportedLine(exported(record({})))).value).toBeNull()
})

test.each([3, 2 ** 20])(
  'JSON behind a byte order mark is JSON in the line, however long (%i), and comes back with the mark',
  size => {
    const json = { id: 'x'.repeat(size) }
    const one = record({ value: Buffer.from(`\ufeff${JSON.stringify(json)}`) })
    const line = exported(one)
    expect(JSON.parse(line)).toMatchObject({ value: json, valueFormat: 'json' })
    expect(bytes(outgoingRecord.parse(fromExportedLine(line)).value)).toEqual(one.value)
    expect(EXPORT_FORMATS.csv.line(decodeRecord(one), one).toString()).toContain(',"{""id"":""xxx')
  },
)

const AVRO: SchemaAnswer = {
  key: 'id:7',
  ok: true,
  schema: {
    kind: 'avro',
    text: '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}',
    references: [],
  },
  id: 7,
  subject: 'order-value',
  version: 3,
}
// A frame of schema 7, and 2^62 + 1 as a zigzag varint.
const FRAMED = Buffer.from([0, 0, 0, 0, 7, 0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1])
const avroSerde = () => new RecordSerde({ ...autoPlan('orders'), registry: true, schemas: [AVRO] })

test('what a schema decoded is written by that schema again, without its bytes in the line', () => {
  const line = exported(record({ value: FRAMED }), avroSerde())
  expect(line).toContain('"value":{"id":4611686018427387905},"valueFormat":"avro","valueSchema":{"id":7')
  expect(line).not.toContain('Base64')
  expect(outgoingRecord.parse(fromExportedLine(line)).value).toEqual({
    encoding: 'json',
    data: '{"id":4611686018427387905}',
    schema: { id: 7 },
  })
  const elsewhere = line.replace('"id":7,', '')
  expect(outgoingRecord.parse(fromExportedLine(elsewhere)).value?.schema).toEqual({
    subject: 'order-value',
    version: 3,
  })
})

test.each([
  ['a number', Buffer.from([0, 0, 0, 7])],
  [
    'MessagePack',
    Buffer.from([0x81, 0xa2, 0x69, 0x64, 0xcf, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
  ],
  ['JSON inside of gzip', gzipSync('{"id":9007199254740993}')],
  // A one in two bytes: the schema writes it in one.
  ['Avro in an odd encoding', Buffer.concat([FRAMED.subarray(0, 5), Buffer.from([0x82, 0])])],
])('%s goes with its bytes, and those are written again', (_, value) => {
  const line = exported(record({ value }), avroSerde())
  expect(line).toMatch(/"value":[^n].*"valueBase64"/)
  const again = outgoingRecord.parse(fromExportedLine(line)).value
  expect(bytes(again)).toEqual(value)
  const without = line.replace(/,"valueBase64":"[^"]*"/, '').replace(/,"valueSchema":\{[^}]*\}/, '')
  if (!without.includes('"valueFormat":"json"'))
    expect(() => fromExportedLine(without)).toThrow(NotReproducible)
})

test('a line that was made to be written is none of an export', () => {
  expect(isExportedLine({ value: null })).toBe(false)
})
