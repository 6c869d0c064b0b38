import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FilterSpec } from '@/server/messages/match/filter-spec'
import { Matcher } from '@/server/messages/match/matcher'
import { serdeReader } from '@/server/messages/match/serde-reader'
import { parseJson } from '@/server/serde/json-value'
import type { SchemaAnswer, SchemaText } from '@/server/serde/schema/schema-ref'
import { compileWriter } from '@/server/serde/schema/schema-writer'
import { autoPlan } from '@/server/serde/serde-plan'
import type { FetchRequest, LogBatch, LogRecord } from '../port'
import type { FetchedPart } from './fetch-api'
import { readBatches } from './log-batch'
import { encodeBatch, record, type TestRecord } from './test-batches'

/**
 * What the search for raw bytes leaves out must be what the plain evaluation of each record by itself would
 * leave out.
 */

const request: FetchRequest = { topic: 't', positions: [], isolation: 'read_committed' }
const nowhere = {
  errorCode: 0,
  highWatermark: 99n,
  lastStableOffset: 99n,
  logStartOffset: 0n,
  abortedTransactions: [],
}

function open(bytes: Buffer): LogBatch[] {
  const part: FetchedPart = { partition: 0, ...nowhere, records: bytes }
  return readBatches(request, 0, 0n, part).batches
}

const WORDS = [
  'A-1',
  'order',
  '한글',
  'é',
  'e\u0301',
  '\u1112\u1161\u11ab',
  '😀',
  'İ',
  '\u2028',
  'x/y',
  'tab\there',
  'quo"te',
  '\\back',
  '12345',
  'beef',
  '7b',
  'null',
  '\ufeff',
  '\ufeff{"id":"A-1"}',
]
const word = fc.constantFrom(...WORDS)

/** The same JSON text, some characters written as escapes. */
const escaped = (text: string, how: number) =>
  [...text]
    .map((char, i) => {
      const code = char.charCodeAt(0)
      if ((how >> (i % 20)) % 2 === 0 || !/[\p{L}\d-]/u.test(char) || text[i - 1] === '\\' || char.length > 1)
        return char
      return /[\p{L}-]/u.test(char) && insideString(text, i)
        ? `\\u${code.toString(16).padStart(4, '0')}`
        : char
    })
    .join('')

function insideString(text: string, at: number): boolean {
  let inside = false
  for (let i = 0; i < at; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') inside = !inside
  }
  return inside && !/\\u?[0-9a-fA-F]{0,4}$/.test(text.slice(Math.max(0, at - 6), at))
}

const order = fc.record({
  id: word,
  n: fc.oneof(fc.integer(), fc.constant(12345)),
  tags: fc.array(word, { maxLength: 3 }),
  deep: fc.record({ name: word, list: fc.array(fc.record({ k: word }), { maxLength: 2 }) }),
})
const nested = fc.record({
  id: word,
  n: fc.double({ noNaN: true, noDefaultInfinity: true }),
  tags: fc.array(fc.oneof(word, fc.array(word, { maxLength: 2 })), { maxLength: 3 }),
  deep: fc.record({ name: word, list: fc.array(fc.record({ k: word }), { maxLength: 2 }) }),
})

const json = fc
  .tuple(fc.oneof(order, nested), fc.integer({ min: 0, max: 2 ** 20 - 1 }), fc.constantFrom(undefined, 2))
  .map(([value, how, indent]) => Buffer.from(escaped(JSON.stringify(value, null, indent), how)))

const int = fc.constantFrom(12345, -7, 0x7b000001, 0x7b616263).map(value => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
})
const long = fc.constantFrom(12345n, 0x7b00000000000001n, 123456789012345678n).map(value => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
})
const eucKr = fc.constant(Buffer.from([0xc7, 0xd1, 0xb1, 0xdb, 0x20, 0x41, 0x2d, 0x31]))
const noise = fc.uint8Array({ minLength: 1, maxLength: 24 }).map(bytes => Buffer.from(bytes))
const uuid = fc.constant(Buffer.from('6f1c9c3e4f4e4b1a9a3e0d8d3a1fbeef', 'hex'))
const framed = fc
  .tuple(fc.constant(Buffer.from([0, 0, 0, 0, 7])), word)
  .map(([head, text]) => Buffer.concat([head, Buffer.from(text)]))
const AVRO: SchemaText = {
  kind: 'avro',
  references: [],
  text: JSON.stringify({
    type: 'record',
    name: 'Order',
    fields: [
      { name: 'id', type: 'string' },
      { name: 'n', type: 'long' },
      { name: 'tags', type: { type: 'array', items: ['null', 'string'] } },
      {
        name: 'deep',
        type: {
          type: 'record',
          name: 'Deep',
          fields: [
            { name: 'name', type: 'string' },
            {
              name: 'list',
              type: {
                type: 'array',
                items: { type: 'record', name: 'K', fields: [{ name: 'k', type: 'string' }] },
              },
            },
          ],
        },
      },
    ],
  }),
}
const PROTO: SchemaText = {
  kind: 'protobuf',
  references: [],
  text: `syntax = "proto3";
    message Order { string id = 1; int64 n = 2; repeated string tags = 3; Deep deep = 4; }
    message Deep { string name = 1; repeated K list = 2; }
    message K { string k = 1; }`,
}
/** Its bytes look like plain text: a length that is a character, then the text. Shown it has quotes. */
const TEXT: SchemaText = { kind: 'avro', references: [], text: '"string"' }
const SCHEMAS: Record<number, SchemaText> = { 21: AVRO, 22: PROTO, 23: TEXT }
const answers = Object.entries(SCHEMAS).map(
  ([id, schema]): SchemaAnswer => ({
    key: `id:${id}`,
    ok: true,
    schema,
    id: Number(id),
    subject: null,
    version: null,
  }),
)
const idOf = (id: number) => Buffer.from([0, 0, 0, 0, id])
const encoded = (id: number) => {
  const writer = compileWriter(SCHEMAS[id] ?? AVRO)
  return order.map(value => writer.encode(parseJson(JSON.stringify(value)), ''))
}
const avro = encoded(21).map(body => Buffer.concat([idOf(21), body]))
const proto = encoded(22).map(body => Buffer.concat([idOf(22), body]))
/** The id stands in a header; so do, of Protobuf, the message's indexes, which are then not in the value. */
const byHeader = fc.oneof(
  encoded(21).map(value => ({ value, header: idOf(21) })),
  fc.integer({ min: 0, max: 9 }).map(n => {
    const bytes = Buffer.from(`order number ${n} of many`)
    return { value: Buffer.from([bytes.length * 2, ...bytes]), header: idOf(23) }
  }),
  encoded(22).map(value => ({ value: value.subarray(1), header: Buffer.from([...idOf(22), 0]) })),
)

/** MessagePack of a few words, as short as it gets. */
const msgpackText = (value: string) => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([0xd9, bytes.length]), bytes])
}
const msgpack = fc
  .tuple(word, fc.array(word, { maxLength: 3 }))
  .map(([id, tags]) =>
    Buffer.concat([
      Buffer.from([0x82]),
      ...[msgpackText('id'), msgpackText(id), msgpackText('tags')],
      Buffer.from([0x90 + tags.length]),
      ...tags.map(msgpackText),
    ]),
  )
/** CBOR (RFC 8949): a map of two, an array, texts of up to 23 bytes. */
const cborText = (value: string) => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([0x60 + bytes.length]), bytes])
}
const cbor = fc
  .tuple(word, fc.array(word, { maxLength: 3 }))
  .map(([id, tags]) =>
    Buffer.concat([
      Buffer.from([0xa2]),
      ...[cborText('id'), cborText(id), cborText('tags')],
      Buffer.from([0x80 + tags.length]),
      ...tags.map(cborText),
    ]),
  )
const text = word.map(value => Buffer.from(value))
const broken = word.map(value => Buffer.concat([Buffer.from(`{"${value}`), Buffer.from([0xff, 0xbe, 0xef])]))
const zipped = json.map(bytes => gzipSync(bytes))
const marked = json.map(bytes => Buffer.concat([Buffer.from('\ufeff'), bytes]))
const packed = json.map(bytes => zstdCompressSync(bytes))
const bytes = fc.option(
  fc.oneof(
    ...[json, json, text, int, long, eucKr, noise, uuid, framed, broken, zipped, packed, marked, marked],
    ...[avro, proto, msgpack, cbor],
  ),
  { nil: null },
)

const headers = fc.array(fc.record({ name: text, value: bytes }), { maxLength: 2 })
const records = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ key: bytes, value: bytes, headers }) },
      {
        weight: 2,
        arbitrary: fc.tuple(bytes, byHeader, headers).map(([key, { value, header }, others]) => ({
          key,
          value,
          headers: [...others, { name: Buffer.from('__value_schema_id'), value: header }],
        })),
      },
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map(all => all.map((one, i): TestRecord => record(i, one)))

/** Without its place in a batch, where a search picks fields out of JSON: each part is read whole. */
function apart(one: LogRecord): LogRecord {
  const { partition, offset, timestampMs, timestampType, key, value, headers, batch } = one
  return { partition, offset, timestampMs, timestampType, key, value, headers, batch }
}

const none: FilterSpec = { key: null, contains: null, headers: [], filter: null }
const utf8 = (value: string) => new TextEncoder().encode(value)
const literal = (value: string) => JSON.stringify(value)
const spec = fc.oneof(
  fc
    .tuple(
      fc.oneof(
        word,
        fc.constantFrom('7b616263', '-7', '2', 'ff', 'A', '"id":', '"k":"', '"tags":[', '"order'),
      ),
      fc.subarray(['key', 'value', 'headers'] as const, { minLength: 1 }),
      fc.boolean(),
    )
    .map(
      ([value, parts, ignoreCase]): FilterSpec => ({
        ...none,
        contains: { bytes: utf8(value), text: value, ignoreCase, parts: [...parts] },
      }),
    ),
  word.map(
    (value): FilterSpec => ({
      ...none,
      contains: { bytes: utf8(value), text: null, ignoreCase: false, parts: ['key', 'value', 'headers'] },
    }),
  ),
  word.map((value): FilterSpec => ({ ...none, key: { bytes: utf8(value), text: value } })),
  fc.tuple(word, word).map(([name, value]): FilterSpec => ({ ...none, headers: [{ name, value }] })),
  fc
    .tuple(
      word.map(literal),
      word.map(literal),
      fc.constantFrom(
        'value.id == $a',
        '$a == value.id && value.n > 0',
        'value.id == $a || value.deep.name == $b',
        'value.id in [$a, $b]',
        '$a in value.tags',
        'value.tags.exists(t, t == $a)',
        'value.deep.list.exists(i, i.k == $a || i.k == $b)',
        'value.deep.name.contains($a)',
        'value.id.startsWith($a) || key == $b',
        'key == $a',
        'value == $a',
        'headers[$a] == $b',
        'value.id != $a',
        '!(value.id == $a)',
        'value.n == 12345 ? value.id == $a : key == $b',
        'has(value.id) && value.id == $a',
        'size > 10 && value.deep.name.endsWith($b)',
      ),
    )
    .map(
      ([a, b, filter]): FilterSpec => ({ ...none, filter: filter.replaceAll('$a', a).replaceAll('$b', b) }),
    ),
)

test('a record that is ruled out undecoded is none that the plain evaluation would let through', () => {
  const codec = fc.constantFrom('none', 'gzip', 'snappy', 'xerial', 'lz4', 'zstd')
  let hits = 0
  let ruledOut = 0
  let byRegistry = 0
  fc.assert(
    fc.property(
      records,
      spec,
      codec,
      fc.boolean(),
      fc.boolean(),
      (all, filter, compression, chosen, registry) => {
        const plan = { ...autoPlan('t'), registry, schemas: registry ? answers : [] }
        if (chosen) plan.value = { format: 'hex', reason: 'asked' }
        const reader = serdeReader(plan)
        const matcher = new Matcher(filter)
        const [batch] = open(encodeBatch({ records: all, compression }))
        if (batch === undefined) throw new Error('no batch')
        const plain = batch.open()
        const wanted: bigint[] = []
        while (plain.next())
          if (matcher.judge(apart(plain.record()), 't', reader) === true) wanted.push(plain.offset)
        const steps = batch.open()
        const found: bigint[] = []
        if (matcher.enter(steps.body, reader))
          while (steps.next()) {
            if (matcher.ruledOut(steps)) ruledOut++
            else if (matcher.judge(steps.record(), 't', reader) === true) found.push(steps.offset)
          }
        expect(found).toEqual(wanted)
        hits += wanted.length
        for (const { value } of all)
          if (registry && value?.[0] === 0 && (value[4] === 21 || value[4] === 22)) byRegistry++
      },
    ),
    { numRuns: 4000 },
  )
  // Otherwise nothing was shown.
  expect(hits).toBeGreaterThan(500)
  expect(ruledOut).toBeGreaterThan(500)
  expect(byRegistry).toBeGreaterThan(500)
}, 60_000)
