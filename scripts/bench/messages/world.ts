import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { partitionOfKey } from '@/server/messages/key-partition'
import { framed } from '@/server/schemas/testing'
import { compileWriter } from '@/server/serde/schema/schema-writer'
import { kafkaClient } from '../../demo/company/kafka.ts'
import { until } from '../bed.ts'
import { BIG_TOPIC_PARTITIONS, BIG_TOPIC_RECORDS, jsonOfSize, RECORD_BYTES } from '../load.ts'
import { batchOf, type RawWriter, type Written } from '../raw-writer.ts'

/** The topics that the figures of messages need besides the big one. */
export const LZ4_TOPIC = 'bench.bench-service.events-lz4'
export const KEYED_TOPIC = 'bench.bench-service.keyed-avro'
export const GAP_TOPIC = 'bench.bench-service.compacted'
export const EMPTY_TOPIC = 'bench.bench-service.empty'
export const TAIL_TOPIC = 'bench.bench-service.tail'
export const GAP_RECORDS = 5_000_000

const EMPTY_PARTITIONS = 100
const SURVIVORS = 60
const BATCH_RECORDS = 1_000
const VARIANTS = 1_000
const SCHEMA_ID = 1
const SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'orderId', type: 'string' },
    { name: 'type', type: 'string' },
    {
      name: 'customer',
      type: {
        type: 'record',
        name: 'Customer',
        fields: ['id', 'name', 'language'].map(name => ({ name, type: 'string' })),
      },
    },
    { name: 'amount', type: 'long' },
    { name: 'channel', type: 'string' },
    { name: 'memo', type: 'string' },
  ],
})

export const keyOf = (number: number) => `order-${number}`

/** Those that Kafka's own producer does not fill. Compaction begins at once and goes on meanwhile. */
export async function makeMessageTopics(bootstrap: string): Promise<void> {
  const admin = kafkaClient('bench-setup', [bootstrap]).admin()
  await admin.connect()
  const names = [LZ4_TOPIC, KEYED_TOPIC, TAIL_TOPIC, EMPTY_TOPIC, GAP_TOPIC]
  const plain = { replicationFactor: 1, numPartitions: BIG_TOPIC_PARTITIONS }
  await admin.createTopics({
    waitForLeaders: false,
    topics: [
      { ...plain, topic: LZ4_TOPIC },
      { ...plain, topic: KEYED_TOPIC },
      { ...plain, topic: TAIL_TOPIC },
      { ...plain, topic: EMPTY_TOPIC, numPartitions: EMPTY_PARTITIONS },
      {
        ...plain,
        topic: GAP_TOPIC,
        numPartitions: 1,
        configEntries: [
          { name: 'cleanup.policy', value: 'compact' },
          { name: 'min.cleanable.dirty.ratio', value: '0.01' },
          { name: 'segment.bytes', value: String(16 * 1024 * 1024) },
          { name: 'segment.ms', value: '100' },
        ],
      },
    ],
  })
  await until('the topics have leaders', async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: names })
    return topics.every(({ partitions }) => partitions.every(one => one.leader >= 0))
  })
  await admin.disconnect()
}

/** Records that stay, five million of one key of which one stays, and records that stay. */
export async function fillGap(writer: RawWriter): Promise<void> {
  const value = Buffer.from('{"stays":true}')
  const startMs = Date.now() - 3_600_000
  const staying = (name: string): Written[] =>
    Array.from({ length: SURVIVORS }, (_, i) => ({ key: Buffer.from(`${name}-${i}`), value }))
  await writer.send(GAP_TOPIC, 0, batchOf(staying('first'), startMs))
  await writer.drain()
  const many = 50_000
  const going = batchOf(
    Array.from({ length: many }, () => ({ key: Buffer.from('k'), value: null })),
    startMs + 60_000,
  )
  for (let sent = 0; sent < GAP_RECORDS; sent += many) await writer.send(GAP_TOPIC, 0, going)
  await writer.drain()
  await writer.send(GAP_TOPIC, 0, batchOf(staying('last').slice(0, 5), startMs + 120_000))
  await writer.drain()
  // Only segments that are not written to any more are compacted: one more record, a moment later, begins a new one.
  await new Promise(resolve => setTimeout(resolve, 200))
  await writer.send(GAP_TOPIC, 0, batchOf([{ key: Buffer.from('end'), value }], startMs + 180_000))
  await writer.drain()
}

/**
 * As many as the big topic has, Avro behind Confluent's frame, each with a key of its own where Java's
 * producer would put it.
 */
export async function fillKeyed(writer: RawWriter): Promise<void> {
  const { encode } = compileWriter({ kind: 'avro', text: SCHEMA, references: [] })
  const values = Array.from({ length: VARIANTS }, (_, number) => {
    const text = jsonOfSize(number, RECORD_BYTES)
    return framed(SCHEMA_ID, encode(withIntegers(JSON.parse(text)), text))
  })
  const waiting: Written[][] = Array.from({ length: BIG_TOPIC_PARTITIONS }, () => [])
  const startMs = Date.now() - 3_600_000
  let written = 0
  const flush = async (partition: number, records: Written[]) => {
    if (records.length === 0) return
    written += records.length
    await writer.send(KEYED_TOPIC, partition, batchOf(records, startMs + written))
  }
  for (let number = 0; number < BIG_TOPIC_RECORDS; number += 1) {
    const key = Buffer.from(keyOf(number))
    const partition = partitionOfKey('java', key, BIG_TOPIC_PARTITIONS) ?? 0
    const records = waiting[partition] ?? []
    records.push({ key, value: values[number % VARIANTS] ?? null })
    if (records.length < BATCH_RECORDS) continue
    waiting[partition] = []
    await flush(partition, records)
  }
  for (const [partition, records] of waiting.entries()) await flush(partition, records)
  await writer.drain()
}

/** Integers as the encoder takes them. */
function withIntegers(
  order: Record<string, unknown>,
): Parameters<ReturnType<typeof compileWriter>['encode']>[0] {
  return JSON.parse(JSON.stringify(order), (_, value) => (typeof value === 'number' ? BigInt(value) : value))
}

/** A registry that holds the one schema: what is measured is reading, not somebody's Java. */
export async function startRegistry(): Promise<{ url: string; stop(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const known = request.url?.startsWith(`/schemas/ids/${SCHEMA_ID}`) && !request.url.includes('/versions')
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(known ? { schema: SCHEMA } : { error_code: 40403, message: 'unknown' }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
