import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createSchemas } from '@/server/schemas/create-service'
import { planSerde } from '@/server/schemas/topic-rules'
import { RecordSerde } from '@/server/serde/record-serde'
import type { Services } from '@/server/services'
import type { Store } from '@/server/store/types'
import { makeConfigFolder, oneCluster } from './testing'

const folder = makeConfigFolder()
afterAll(() => folder.remove())
const file = (name: string, text: string) => {
  const path = join(folder.dir, name)
  writeFileSync(path, text)
  return path
}

test('a .proto file reads the topics that it is named for, by the message that is named', async () => {
  const money = file('money.proto', 'syntax = "proto3"; package m; message Money { int64 units = 1; }')
  const order = file('order.proto', 'syntax = "proto3"; message A {} message Order { m.Money price = 1; }')
  const value = `{ format: protobuf, files: ['${money}', '${order}'], message: Order }`
  const { config } = await folder.load(
    oneCluster(
      `bootstrapServers: localhost:9092\nserdes:\n  - { topics: [order.*], key: text, value: ${value} }`,
    ),
  )
  const schemas = createSchemas({ config, clock: { now: () => 0 }, store: {} as Store })
  const services = { schemas: { ...schemas, remembered: async () => null } } as unknown as Services
  const plan = await planSerde({ services }, 'a', 'order.created')
  const record = { key: Buffer.from([0x31]), value: Buffer.from([0x0a, 2, 0x08, 5]), headers: [] }
  const serde = new RecordSerde(structuredClone(plan))
  expect(serde.payload('value', record)).toMatchObject({
    text: '{"price":{"units":5}}',
    reason: 'configured',
  })
  expect(serde.payload('key', record)).toMatchObject({ text: '1', reason: 'configured' })
  expect(await planSerde({ services }, 'a', 'stock')).toMatchObject({
    value: { format: 'auto' },
    schemas: [],
  })
})

test('what can’t be used is said at start, with its place', async () => {
  const broken = file('broken.proto', 'message {')
  const problems = await folder.problemsOf(
    oneCluster(
      `bootstrapServers: localhost:9092\nserdes:\n  - { topics: ['*'], value: { format: protobuf, files: ['${broken}'] } }\n  - { topics: ['*'], value: { format: avro, files: [nowhere.avsc] } }`,
    ),
  )
  expect(problems).toContain('clusters[0].serdes[0].value.files')
  expect(problems).toContain('clusters[0].serdes[1].value.files[0]')
})
