import { afterAll, beforeAll, expect, test } from 'vitest'
import { messages } from '@/lib/contracts/messages'
import { serdes } from '@/lib/contracts/serdes'
import { kafkaBootstrap, schemaRegistry, uniqueName } from '@/scripts/services/in-test'
import type { Context } from '@/server/context'
import { testConfig, testContext, testStore } from '@/server/http/testing'
import { getMessage } from '@/server/messages/get-message'
import { listMessages } from '@/server/messages/list-messages'
import { openReading } from '@/server/messages/testing'
import type { Store } from '@/server/store/types'
import { createSchemas } from './create-service'
import { getTopicSerdes } from './get-topic-serdes'
import { putTopicSerdes } from './put-topic-serdes'
import { framed, register, registryConfig } from './testing'

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
  topic = await reading.topicOf()
}, 150_000)
afterAll(async () => {
  await reading.close()
  await store?.close()
})

const CITY = { type: 'record', name: 'City', namespace: 'geo', fields: [{ name: 'name', type: 'string' }] }
const ORDER = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'city', type: 'geo.City' },
  ],
}
const BODY = Buffer.from([0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 8, 0x4a, 0x65, 0x6a, 0x75])
const TEXT = '{"id":4611686018427387905,"city":{"name":"Jeju"}}'

const list = (over = {}) => listMessages(ctx, messages.list.input.parse({ cluster: 'test', topic, ...over }))

test('values with an id, an unknown id and none, read with the schemas of a real registry', async () => {
  const city = uniqueName('city')
  await register(url, city, { schema: JSON.stringify(CITY) })
  const id = await register(url, `${topic}-value`, {
    schema: JSON.stringify(ORDER),
    references: [{ name: 'geo.City', subject: city, version: 1 }],
  })
  const key = Buffer.from('k')
  await reading.send(topic, [
    { key, value: framed(id, BODY) },
    { key, value: framed(987_654, BODY) },
    { key, value: framed(id, BODY.subarray(0, 11)) },
    { key, value: BODY },
    { key, value: Buffer.concat([Buffer.alloc(8), Buffer.from([id]), BODY]) },
  ])
  const page = await list({ from: 'oldest' })
  const [good, unknown, cut, bare, apicurio] = page.items.map(item => item.value)
  const schema = { id, subject: `${topic}-value`, version: 1 }
  expect(good).toMatchObject({ format: 'avro', text: TEXT, schema, reason: 'confluent-frame' })
  expect(unknown).toMatchObject({
    format: 'hex',
    error: 'Schema 987654: the registry does not know it.',
    errorCode: 'SCHEMA_UNKNOWN',
    errorParams: { schema: '987654' },
    schema: { id: 987_654 },
  })
  expect(cut).toMatchObject({
    format: 'hex',
    schema,
    error: expect.stringContaining('in the middle of a value'),
    errorCode: 'TRUNCATED',
  })
  expect(bare).toMatchObject({ format: 'hex', reason: 'nothing-fits' })
  // Apicurio's ids of its own: the same number here, since nothing but this test registers at once.
  expect(apicurio?.reason).toBe('apicurio-frame')

  const address = { cluster: 'test', topic, partition: 0, offset: '3' }
  const asked = await getMessage(
    ctx,
    messages.get.input.parse({ ...address, valueFormat: 'avro', valueSchema: String(id) }),
  )
  expect(asked.value).toMatchObject({ text: TEXT, reason: 'asked' })

  await putTopicSerdes(ctx, {
    cluster: 'test',
    topic,
    key: { format: 'hex', schema: null },
    value: { format: 'avro', schema: id },
  })
  const remembered = await getMessage(ctx, messages.get.input.parse(address))
  expect(remembered).toMatchObject({
    key: { format: 'hex', text: '6b', reason: 'remembered' },
    value: { text: TEXT, reason: 'remembered' },
  })
  expect(await getTopicSerdes(ctx, { cluster: 'test', topic })).toMatchObject({
    value: { format: 'avro', schema: id, source: 'remembered' },
    registry: true,
    by: ctx.actor.name,
  })
  const auto = { format: 'auto', schema: null } as const
  expect(await putTopicSerdes(ctx, { cluster: 'test', topic, key: auto, value: auto })).toMatchObject({
    key: { source: 'auto' },
    by: null,
  })
  expect((await list({ from: 'oldest' })).items[0]?.key).toMatchObject({ format: 'text' })
}, 60_000)

test('a viewer reads the choice and may not change it', async () => {
  const viewer = { ...ctx, actor: { ...ctx.actor, grants: [{ role: 'viewer' as const }] } }
  const auto = { format: 'auto', schema: null } as const
  await expect(
    putTopicSerdes(viewer, { cluster: 'test', topic, key: auto, value: auto }),
  ).rejects.toMatchObject({
    code: 'DENIED',
  })
  expect(serdes.get.output.parse(await getTopicSerdes(viewer, { cluster: 'test', topic }))).toBeTruthy()
})
