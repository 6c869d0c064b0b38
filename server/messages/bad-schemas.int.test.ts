import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messages } from '@/lib/contracts/messages'
import { kafkaBootstrap, schemaRegistry, uniqueName } from '@/scripts/services/in-test'
import type { Context } from '@/server/context'
import { testConfig, testContext, testStore } from '@/server/http/testing'
import { createSchemas } from '@/server/schemas/create-service'
import { framed, register, registryConfig } from '@/server/schemas/testing'
import type { Store } from '@/server/store/types'
import { exportMessages } from './export-messages'
import { getExportManifest } from './get-export-manifest'
import { streamMessages } from './stream-messages'
import { openReading } from './testing'

// What spoils a record by its schema: its row says what is wrong with it, and pages, searches and exports go on.

const reading = openReading(kafkaBootstrap())
const NOBODY = 'http://127.0.0.1:1'
let store: Store
let topic: string
let withRegistry: Context
let withNone: Context

const ORDER = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'long' }] }
const TREE = 'syntax = "proto3"; message Tree { int64 id = 1; Tree self = 2; }'
/** Ten bytes of the largest number there is. */
const BIG = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])
const HOSTILE = '{"<img src=x onerror=alert(1)>":"\\u0000\\u202e","__proto__":{"id":-1},"id":7}'

/** A message in a message, so many times. */
function nested(levels: number): Buffer {
  let value = Buffer.from([0x08, 1])
  for (let level = 0; level < levels; level++) {
    const size = [value.length & 127, value.length >> 7]
    const length = value.length < 128 ? [value.length] : [(size[0] ?? 0) | 128, size[1] ?? 0]
    value = Buffer.concat([Buffer.from([0x08, 1, 0x12, ...length]), value])
  }
  return value
}

beforeAll(async () => {
  const { url } = await schemaRegistry()
  store = await testStore()
  const contextOf = (registry: string) => {
    const cluster = { ...reading.cluster.config, schemaRegistry: registryConfig(registry) }
    const config = testConfig({ clusters: [cluster] })
    const schemas = createSchemas({ config, clock: { now: () => Date.now() }, store })
    const services = { schemas, search: reading.search }
    return testContext({ clusters: reading.clusters, config, store, services })
  }
  withRegistry = contextOf(url)
  withNone = contextOf(NOBODY)
  topic = await reading.topicOf()
  const avro = await register(url, `${topic}-value`, { schema: JSON.stringify(ORDER) })
  const proto = await register(url, uniqueName('tree'), { schemaType: 'PROTOBUF', schema: TREE })
  const first = (body: Buffer) => Buffer.concat([Buffer.from([0]), body])
  await reading.send(
    topic,
    [
      framed(avro, BIG),
      framed(987_654, BIG),
      framed(avro, BIG.subarray(0, 6)),
      framed(proto, first(nested(500))),
      framed(proto, Buffer.concat([Buffer.from([2, 18]), nested(1)])),
      Buffer.from(HOSTILE),
      framed(proto, first(nested(3))),
    ].map(value => ({ key: '<script>', value })),
  )
}, 150_000)
afterAll(async () => {
  await reading.close()
  await store?.close()
})

const FAULTS = [null, 'SCHEMA_UNKNOWN', 'TRUNCATED', 'TOO_DEEP', 'SCHEMA_MISMATCH', null, null]
const DOWN = 'REGISTRY_UNREACHABLE'

describe.each([
  ['a registry that answers', () => withRegistry, FAULTS],
  ['a registry that is down', () => withNone, [DOWN, DOWN, DOWN, DOWN, DOWN, null, DOWN]],
] as const)('with %s', (_, context, faults) => {
  const good = faults.flatMap((fault, offset) => (fault === null ? [String(offset)] : []))

  it('a filter hits what can be read, and names what can’t', async () => {
    const input = messages.stream.input.parse({
      cluster: 'test',
      topic,
      from: 'oldest',
      filter: 'value.id > 0',
    })
    const hits: string[] = []
    let end: unknown = null
    for await (const { event, data } of streamMessages(context(), input)) {
      if (event === 'record') hits.push(data.offset)
      if (event === 'done') end = data
    }
    expect(hits).toEqual(good)
    expect(end).toMatchObject({
      ...{ reason: 'end', scanned: faults.length, problems: [] },
      evaluationErrors: {
        count: faults.length - good.length,
        samples: faults.flatMap((errorCode, offset) =>
          errorCode === null ? [] : [{ offset: String(offset), errorCode }],
        ),
      },
    })
  })

  it('an export is whole: bytes and the reason where the text is missing', async () => {
    const input = messages.export.input.parse({ cluster: 'test', topic })
    const file = await exportMessages(context(), input)
    const chunks: Uint8Array[] = []
    for await (const chunk of file.body) chunks.push(chunk)
    const lines = Buffer.concat(chunks).toString().trim().split('\n')
    const told = lines.map(line => JSON.parse(line) as { valueError?: string; valueBase64?: string })
    expect(told.map(line => line.valueError ?? null)).toEqual(faults)
    for (const line of told) if (line.valueError !== undefined) expect(line.valueBase64).toMatch(/^AA/)
    expect(lines[5]).toContain(HOSTILE)
    const id = file.headers['x-milena-export'] ?? ''
    expect(await getExportManifest(context(), { cluster: 'test', id })).toMatchObject({
      ...{ state: 'complete', reason: 'end', records: faults.length },
    })
  })
})
