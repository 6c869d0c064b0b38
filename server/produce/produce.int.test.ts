import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { messages } from '@/lib/contracts/messages'
import { produce } from '@/lib/contracts/produce'
import { schemas as schemaApi } from '@/lib/contracts/schemas'
import { kafkaBootstrap, schemaRegistry, uniqueName } from '@/scripts/services/in-test'
import type { Context } from '@/server/context'
import { testConfig, testContext, testStore } from '@/server/http/testing'
import { exportMessages } from '@/server/messages/export-messages'
import { getMessage } from '@/server/messages/get-message'
import { listMessages } from '@/server/messages/list-messages'
import { openReading } from '@/server/messages/testing'
import { checkSchema } from '@/server/schemas/check-schema'
import { createSchemas } from '@/server/schemas/create-service'
import { getSchemaExample } from '@/server/schemas/get-schema-example'
import { getSchemaVersion } from '@/server/schemas/get-schema-version'
import { getSubject } from '@/server/schemas/get-subject'
import { listSubjects } from '@/server/schemas/list-subjects'
import { register, registryConfig } from '@/server/schemas/testing'
import { auditEvent } from '@/server/store/schema'
import type { Store } from '@/server/store/types'
import { produceBatch } from './produce-batch'
import { produceMessage } from './produce-message'

const reading = openReading(kafkaBootstrap())
let url: string
let store: Store
let ctx: Context
let topic: string

beforeAll(async () => {
  url = (await schemaRegistry()).url
  store = await testStore()
  const cluster = { ...reading.cluster.config, schemaRegistry: registryConfig(url) }
  const config = testConfig({ clusters: [cluster] })
  const schemas = createSchemas({ config, clock: { now: () => Date.now() }, store })
  ctx = testContext({ clusters: reading.clusters, config, store, services: { schemas } })
  topic = await reading.topicOf({ partitions: 3 })
}, 150_000)
afterAll(async () => {
  await reading.close()
  await store?.close()
})

const at = (input: Record<string, unknown>) => produce.one.input.parse({ cluster: 'test', topic, ...input })
const text = (data: string) => ({ encoding: 'text', data })
const read = async (of = topic, limit = 50) =>
  (await listMessages(ctx, messages.list.input.parse({ cluster: 'test', topic: of, from: 'oldest', limit })))
    .items

test('a record as it was given: headers in order with doubles and nulls, partition, timestamp, tombstone', async () => {
  const own = await reading.topicOf({ partitions: 3 })
  const { record } = await produceMessage(ctx, {
    ...at({
      key: text('k'),
      value: { encoding: 'base64', data: '//4=' },
      headers: [
        { name: 'a', value: text('1') },
        { name: 'a', value: null },
        { name: '', value: text('') },
      ],
      partition: 2,
      timestamp: '2020-01-02T03:04:05.006Z',
    }),
    topic: own,
  })
  expect(record).toEqual({ partition: 2, offset: '0', timestamp: '2020-01-02T03:04:05.006Z' })
  const tombstone = await produceMessage(ctx, { ...at({ key: text('k'), value: null }), topic: own })
  const [first, second] = await read(own)
  expect(first).toMatchObject({
    partition: 2,
    timestamp: '2020-01-02T03:04:05.006Z',
    key: { text: 'k' },
    value: { format: 'hex', text: 'fffe' },
    headers: [
      { name: 'a', value: { text: '1' } },
      { name: 'a', value: null },
      { name: '', value: { bytes: 0 } },
    ],
  })
  expect(second).toMatchObject({ value: null, partition: tombstone.record?.partition })
})

test('a dry run tells the partition of the key and sends nothing', async () => {
  const { partition } = await produceMessage(ctx, at({ key: text('order-1'), value: null, dryRun: true }))
  const sent = await produceMessage(ctx, at({ key: text('order-1'), value: text('v') }))
  expect(sent.record?.partition).toBe(partition)
})

const ORDER = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'amount', type: { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 2 } },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'note', type: ['null', 'string'], default: null },
  ],
}

test('Avro, Protobuf and JSON Schema: an example, a refusal at its place, and what was written reads back', async () => {
  const subjects = { avro: `${topic}-value`, proto: uniqueName('proto'), json: uniqueName('json') }
  await register(url, subjects.avro, { schema: JSON.stringify(ORDER) })
  const proto =
    'syntax = "proto3"; package p; message First { int32 a = 1; } message Order { uint64 id = 1; }'
  await register(url, subjects.proto, { schemaType: 'PROTOBUF', schema: proto })
  const json = '{"type":"object","properties":{"id":{"type":"integer","minimum":1}},"required":["id"]}'
  await register(url, subjects.json, { schemaType: 'JSON', schema: json })
  for (const subject of Object.values(subjects)) {
    const input = schemaApi.example.input.parse({ cluster: 'test', subject })
    const example = await getSchemaExample(ctx, input)
    const value = { encoding: 'json', data: example.text, schema: { subject } }
    const { record } = await produceMessage(ctx, at({ value, partition: 0 }))
    const written = (await read()).find(item => item.partition === 0 && item.offset === record?.offset)
    expect(written?.value).toMatchObject({
      format: example.kind,
      schema: { id: example.id },
    })
  }
  const data =
    '{"id":9223372036854775807,"amount":"-12345678901234567.89","at":"2026-11-21T09:30:00.123456Z","note":"한글"}'
  await produceMessage(
    ctx,
    at({ value: { encoding: 'json', data, schema: { subject: subjects.avro } }, partition: 1 }),
  )
  const written = (await read()).filter(item => item.partition === 1).at(-1)
  expect(written?.value?.text).toBe(data)

  const refused = (value: string, subject: string) =>
    produceMessage(ctx, at({ value: { encoding: 'json', data: value, schema: { subject } } }))
  await expect(refused('{"id":1,"amount":"1.234","at":0}', subjects.avro)).rejects.toMatchObject({
    code: 'SCHEMA_MISMATCH',
    fields: [{ path: 'value.amount' }],
  })
  await expect(refused('{"id":0}', subjects.json)).rejects.toMatchObject({ fields: [{ path: 'value.id' }] })
  await expect(refused('{"a":"x"}', subjects.proto)).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' })
  await expect(refused('{}', 'no-such-subject')).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN' })
})

test('any message of a Protobuf schema: an example, what was written reads back and can be written again', async () => {
  const [money, subject] = [uniqueName('money'), uniqueName('messages')]
  const imported = 'syntax = "proto3"; package p; message Money { int64 units = 1; }'
  await register(url, money, { schemaType: 'PROTOBUF', schema: imported })
  const own =
    'syntax = "proto3"; package p; import "money.proto"; message First { int32 a = 1; } message Order { uint64 id = 1; Money paid = 2; message Line { string sku = 1; } }'
  const references = [{ name: 'money.proto', subject: money, version: 1 }]
  await register(url, subject, { schemaType: 'PROTOBUF', schema: own, references })
  const example = (message: string | undefined) =>
    getSchemaExample(ctx, schemaApi.example.input.parse({ cluster: 'test', subject, message }))
  expect(await example(undefined)).toMatchObject({
    message: 'p.First',
    messages: ['p.First', 'p.Order', 'p.Order.Line'],
  })
  for (const [message, data] of [
    ['p.Order', '{"id":18446744073709551615,"paid":{"units":-1}}'],
    ['p.Order.Line', '{"sku":"A-1"}'],
  ] as const) {
    const { id, text: made } = await example(message)
    for (const text of [made, data]) {
      const value = { encoding: 'json', data: text, schema: { id, message } }
      const { record } = await produceMessage(ctx, at({ value, partition: 0 }))
      const { partition, offset } = record ?? { partition: 0, offset: '0' }
      const input = messages.get.input.parse({ cluster: 'test', topic, partition, offset })
      const written = await getMessage(ctx, input)
      expect(written.value).toMatchObject({ schema: { id, subject, message } })
      if (text === data) expect(written.value).toMatchObject({ text, comesBack: true })
    }
  }
  // One of an import can't be named by what stands before a value.
  for (const message of ['p.Money', 'p.Nobody'])
    await expect(example(message)).rejects.toMatchObject({ code: 'SCHEMA_INVALID' })
})

test('an export of decoded values is written again to the last byte: by its schema, or from the bytes beside the text', async () => {
  const from = await reading.topicOf()
  const to = await reading.topicOf()
  const subject = uniqueName('again')
  await register(url, subject, { schema: JSON.stringify(ORDER) })
  const avro = `{"id":-9223372036854775808,"amount":"0.10","at":"2026-11-21T09:30:00.000001Z","note":null}`
  const values = [
    { encoding: 'json', data: avro, schema: { subject } },
    { encoding: 'json', data: '{"id":9007199254740993,"id":1.10}' },
    { encoding: 'base64', data: gzipSync('{"id":9007199254740993}').toString('base64') },
    { encoding: 'base64', data: 'AAAAAP///wA=' },
    null,
  ]
  for (const value of values)
    await produceMessage(
      ctx,
      produce.one.input.parse({ cluster: 'test', topic: from, key: text('k'), value }),
    )
  const file = await exportMessages(
    { ...ctx, services: { ...ctx.services, search: reading.search } },
    messages.export.input.parse({ cluster: 'test', topic: from }),
  )
  const lines = (await Array.fromAsync(file.body))
    .map(chunk => Buffer.from(chunk).toString('utf8'))
    .join('')
    .trimEnd()
    .split('\n')
  expect(lines[0]).toContain(`"value":${avro},"valueFormat":"avro","valueSchema":{"id":`)
  const again = await produceBatch(ctx, { cluster: 'test', topic: to, lines, dryRun: false })
  expect(again).toMatchObject({ written: values.length, refused: 0 })
  for (const [offset] of values.entries()) {
    const [before, after] = await Promise.all(
      [from, to].map(one => reading.raw(one, String(offset), 'value')),
    )
    expect(after?.bytes).toEqual(before?.bytes)
  }
})

test('a file by line: a dry run, then what became of each', async () => {
  const own = await reading.topicOf()
  const lines = [
    '{"value":{"data":"one"}}',
    'nope',
    '{"value":{"data":"two"},"partition":7}',
    '{"value":{"encoding":"json","data":"{]"}}',
    '{"value":{"data":"three"},"key":{"data":"k"}}',
  ]
  const run = (dryRun: boolean) => produceBatch(ctx, { cluster: 'test', topic: own, lines, dryRun })
  const dry = await run(true)
  expect(dry.items.map(item => item.outcome)).toEqual(['checked', 'refused', 'refused', 'refused', 'checked'])
  expect(await read(own)).toHaveLength(0)
  const done = await run(false)
  expect(done).toMatchObject({ written: 2, refused: 3, unknown: 0 })
  expect(done.items.map(({ code, offset }) => code ?? offset)).toEqual([
    '0',
    'LINE_NOT_JSON',
    'PARTITION_UNKNOWN',
    'INPUT_INVALID',
    '1',
  ])
  expect((await read(own)).map(item => item.value?.text)).toEqual(['one', 'three'])
})

test('a long file is written in runs: by partition in its order, each line with its offset', async () => {
  const own = await reading.topicOf({ partitions: 3 })
  const given = Array.from({ length: 500 }, (_, i) => ({
    key: i % 7 === 0 ? null : `k${i % 5}`,
    value: `v${i}`,
  }))
  const lines = given.map(({ key, value }) =>
    JSON.stringify({ ...(key && { key: text(key) }), value: text(value) }),
  )
  const { items, written } = await produceBatch(ctx, { cluster: 'test', topic: own, lines, dryRun: false })
  expect(written).toBe(500)
  expect(items.map(item => item.line)).toEqual(given.map((_, i) => i))
  const told = new Map(items.map(item => [`${item.partition}/${item.offset}`, item.line]))
  expect(told.size).toBe(500)
  // Nothing places a line without a key, so they stay together.
  expect(new Set(items.filter(item => item.line % 7 === 0).map(item => item.partition)).size).toBe(1)
  const log = await read(own, 500)
  expect(log.map(one => one.value?.text)).toEqual(
    log.map(one => `v${told.get(`${one.partition}/${one.offset}`)}`),
  )
  for (const partition of [0, 1, 2]) {
    const here = items.filter(item => item.partition === partition).map(item => Number(item.offset))
    expect(here).toEqual(here.map((_, i) => i))
  }
})

test('a record that the topic does not take is refused for what it is, one by one and in a file', async () => {
  const own = await reading.topicOf({
    configs: {
      'max.message.bytes': '500',
      'message.timestamp.after.max.ms': '1000',
      'cleanup.policy': 'compact',
    },
  })
  const key = text('k')
  const refused = [
    { record: { key, value: text('x'.repeat(900)) }, kafka: 'MESSAGE_TOO_LARGE' },
    { record: { key, value: text('late'), timestamp: '2099-01-01T00:00:00Z' }, kafka: 'INVALID_TIMESTAMP' },
    { record: { value: text('keyless') }, kafka: 'INVALID_RECORD' },
  ]
  for (const { record, kafka } of refused)
    await expect(produceMessage(ctx, { ...at(record), topic: own })).rejects.toMatchObject({
      code: 'RECORD_REFUSED',
      status: 422,
      params: { kafka },
    })
  const lines = [
    ...refused.map(one => JSON.stringify(one.record)),
    JSON.stringify({ key, value: text('fits') }),
    // Fit by themselves, and not together.
    ...['a', 'b'].map(one => JSON.stringify({ key, value: text(one.repeat(300)) })),
  ]
  const { items } = await produceBatch(ctx, { cluster: 'test', topic: own, lines, dryRun: false })
  expect(items.map(({ outcome, code, message }) => [outcome, code, message])).toEqual([
    ...refused.map(({ kafka }) => ['refused', 'RECORD_REFUSED', kafka]),
    ...[1, 2, 3].map(() => ['written', null, null]),
  ])
})

test('nothing is written into topics of Kafka and of Milena: an entry of the ledger would count as replayed', async () => {
  for (const own of ['__milena_replays', '__consumer_offsets'])
    for (const dryRun of [true, false]) {
      const refused = { code: 'STATE_CONFLICT', params: { state: 'system' } }
      const lines = ['{"value":{"data":"x"}}']
      const many = produceBatch(ctx, { cluster: 'test', topic: own, lines, dryRun })
      await expect(
        produceMessage(ctx, { ...at({ value: text('x') }), topic: own, dryRun }),
      ).rejects.toMatchObject(refused)
      await expect(many).rejects.toMatchObject(refused)
    }
})

test('nobody writes without the right, on a read-only cluster, or unseen by the audit', async () => {
  const viewer = { ...ctx, actor: { ...ctx.actor, grants: [{ role: 'viewer' as const }] } }
  await expect(produceMessage(viewer, at({ value: null }))).rejects.toMatchObject({ code: 'DENIED' })
  const [cluster] = ctx.config.clusters
  if (!cluster) throw new Error('no cluster')
  const locked = { ...ctx, config: { ...ctx.config, clusters: [{ ...cluster, readOnly: true }] } }
  await expect(produceMessage(locked, at({ value: null }))).rejects.toMatchObject({
    code: 'CLUSTER_READ_ONLY',
  })
  const rows = await store.db.select().from(auditEvent)
  const intents = rows.filter(row => row.action === 'record.produce' && row.kind === 'intent')
  expect(intents.length).toBeGreaterThan(3)
  expect(JSON.stringify(intents)).not.toContain('한글')
})

test('schemas: a list, a subject, a version with references both ways, a check', async () => {
  const base = uniqueName('base')
  const main = uniqueName('main')
  const city = { type: 'record', name: 'City', fields: [{ name: 'name', type: 'string' }] }
  await register(url, base, { schema: JSON.stringify(city) })
  const referring = { type: 'record', name: 'Main', fields: [{ name: 'city', type: 'City' }] }
  const references = [{ name: 'City', subject: base, version: 1 }]
  await register(url, main, { schema: JSON.stringify(referring), references })
  const list = (query: string) => listSubjects(ctx, schemaApi.list.input.parse({ cluster: 'test', query }))
  expect(await list(main)).toMatchObject({
    items: [{ subject: main, kind: 'avro', latest: 1, problem: null }],
    matched: 1,
  })
  expect((await list(`${topic}-value`)).items[0]?.usedBy).toEqual({ topic, part: 'value' })
  expect(await getSubject(ctx, { cluster: 'test', subject: main })).toMatchObject({
    versions: [1],
    compatibility: 'NONE',
  })
  expect(await getSchemaVersion(ctx, { cluster: 'test', subject: main, version: 1 })).toMatchObject({
    references,
  })
  const found = await getSchemaVersion(ctx, { cluster: 'test', subject: base, version: 1 })
  expect(found.referencedBy).toEqual([{ subject: main, version: 1 }])
  const put = await fetch(`${url}/config/${base}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: '{"compatibility":"BACKWARD"}',
  })
  expect(put.ok).toBe(true)
  const check = (type: string) =>
    checkSchema(ctx, {
      cluster: 'test',
      subject: base,
      kind: 'avro',
      text: JSON.stringify({ ...city, fields: [{ name: 'name', type }] }),
      references: [],
    })
  expect(await check('string')).toEqual({ compatible: true, messages: [] })
  expect(await check('long')).toMatchObject({
    compatible: false,
    messages: [expect.stringContaining('STRING')],
  })
})
