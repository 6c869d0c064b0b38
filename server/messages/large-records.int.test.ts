import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { messages } from '@/lib/contracts/messages'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import type { Context } from '@/server/context'
import { testConfig, testContext, testStore } from '@/server/http/testing'
import { createSchemas } from '@/server/schemas/create-service'
import { type Double, framed, registryConfig, registryDouble } from '@/server/schemas/testing'
import { parseJson } from '@/server/serde/json-value'
import { compileWriter } from '@/server/serde/schema/schema-writer'
import type { Store } from '@/server/store/types'
import { exportMessages } from './export-messages'
import { getMessage } from './get-message'
import { getRawMessage } from './get-raw-message'
import { listMessages } from './list-messages'
import { openReading } from './testing'

const SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Report',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'lines', type: { type: 'array', items: 'string' } },
  ],
})
const HEADERS = 5_000
const LINES = 38_000

const reading = openReading(kafkaBootstrap())
let registry: Double
let store: Store
let ctx: Context

beforeAll(async () => {
  registry = await registryDouble((request, response) => {
    if (request.url === '/schemas/ids/1') response.end(JSON.stringify({ schema: SCHEMA }))
    else response.writeHead(404).end('{"error_code":40403}')
  })
  store = await testStore()
  const config = testConfig({
    clusters: [{ ...reading.cluster.config, schemaRegistry: registryConfig(registry.url) }],
  })
  const schemas = createSchemas({ config, clock: { now: () => Date.now() }, store })
  ctx = testContext({ clusters: reading.clusters, store, services: { schemas, search: reading.search } })
})
afterAll(async () => {
  await reading.close()
  registry?.close()
  await store?.close()
})

const list = (topic: string, over: object = {}) =>
  listMessages(ctx, messages.list.input.parse({ cluster: 'test', topic, ...over }))
const one = (topic: string, offset: string) =>
  getMessage(ctx, messages.get.input.parse({ cluster: 'test', topic, partition: 0, offset }))

test('five thousand headers: in their order, found by one of them, and told apart', async () => {
  const topic = await reading.topicOf()
  const headers = Object.fromEntries(Array.from({ length: HEADERS }, (_, i) => [`h${i}`, `value ${i}`]))
  await reading.send(topic, [
    { value: 'many', headers },
    { value: 'few', headers: { h1: 'other' } },
  ])
  const { headers: shown } = await one(topic, '0')
  expect(shown).toHaveLength(HEADERS)
  expect(shown.map(header => header.name)).toEqual(Object.keys(headers))
  expect(shown.at(-1)?.value?.text).toBe(`value ${HEADERS - 1}`)
  for (const query of [
    { header: [`h${HEADERS - 1}=value ${HEADERS - 1}`] },
    { contains: `value ${HEADERS - 1}`, in: ['headers'] },
    { filter: `headers["h4321"] == "value 4321"` },
  ])
    expect((await list(topic, query)).items.map(item => item.offset)).toEqual(['0'])
})

test('ten megabytes of Avro: listed short, read by a filter, downloaded whole', async () => {
  const topic = await reading.topicOf({ configs: { 'max.message.bytes': '12000000' } })
  const writer = compileWriter({ kind: 'avro', text: SCHEMA, references: [] })
  const avro = (id: number, lines: string[]) =>
    framed(1, writer.encode(parseJson(JSON.stringify({ id, lines })), ''))
  const big = avro(
    7,
    Array.from({ length: LINES }, (_, i) => `line ${i} `.padEnd(100, '가')),
  )
  expect(big.length).toBeGreaterThan(10_000_000)
  await reading.send(topic, [{ value: avro(1, ['short']) }])
  await reading.send(topic, [{ value: big }])
  const page = await list(topic, { from: 'oldest', preview: 300 })
  expect(page.items.map(item => item.value?.format)).toEqual(['avro', 'avro'])
  const listed = page.items[1]?.value
  expect(listed).toMatchObject({ truncated: true, bytes: big.length })
  expect(Buffer.byteLength(listed?.text ?? '')).toBeLessThanOrEqual(300)
  const opened = (await one(topic, '1')).value
  expect(opened).toMatchObject({ truncated: true, bytes: big.length, format: 'avro' })
  expect(opened?.text.startsWith('{"id":7,"lines":["line 0 가')).toBe(true)
  for (const query of [
    { filter: 'value.id == 7' },
    { filter: `value.lines.exists(l, l.startsWith("line ${LINES - 1} "))` },
    { contains: `line ${LINES - 1} ` },
  ]) {
    const found = await list(topic, { ...query, preview: 100 })
    expect(found.items.map(item => item.offset)).toEqual(['1'])
    expect(found.evaluationErrors).toBeUndefined()
  }
  const whole = await getRawMessage(ctx, { cluster: 'test', topic, partition: 0, offset: '1', part: 'value' })
  expect(big.equals(whole.bytes ?? Buffer.alloc(0))).toBe(true)
})

test('kilobytes that become gigabytes: a list opens some and tells the others, the record and the export open each', async () => {
  const topic = await reading.topicOf()
  const inside = JSON.stringify({ a: 'x'.repeat(2 * 1024 * 1024) })
  const value = gzipSync(inside)
  await reading.send(
    topic,
    Array.from({ length: 40 }, () => ({ value })),
  )
  const { items } = await list(topic, { from: 'oldest', preview: 100 })
  expect(items.map(item => item.value?.errorCode ?? item.value?.inside)).toEqual([
    ...Array.from({ length: 32 }, () => 'gzip'),
    ...Array.from({ length: 8 }, () => 'INFLATE_SPENT'),
  ])
  expect((await one(topic, '39')).value).toMatchObject({ format: 'json', inside: 'gzip' })
  const input = messages.export.input.parse({ cluster: 'test', topic, from: 'offset:37' })
  const chunks: Uint8Array[] = []
  for await (const chunk of (await exportMessages(ctx, input)).body) chunks.push(chunk)
  const lines = Buffer.concat(chunks).toString().trimEnd().split('\n')
  expect(
    lines.map(line => gunzipSync(Buffer.from(JSON.parse(line).valueBase64, 'base64')).toString()),
  ).toEqual([inside, inside, inside])
})
