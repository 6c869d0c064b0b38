import { createRequire } from 'node:module'
import { createPartitionsV3, createTopicsV7, deleteTopicsV6 } from '@platformatic/kafka'
import { Kafka } from 'kafkajs'
import { afterAll, expect, test } from 'vitest'
import type { AppError } from '@/lib/errors'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { startKafka } from '@/scripts/services/kafka'
import type { ClusterLink } from '../protocol/link'
import { testLink } from '../testing'
import { patchKafkaJs } from './kafkajs-patches'
import { createProducer } from './produce'
import { readBack } from './read-back'

const link = testLink(kafkaBootstrap())
const producer = createProducer(link, () => 1_795_000_000_000)
afterAll(async () => {
  await producer.close()
  await link.close()
})

async function makeTopic(on: ClusterLink, configs: Record<string, string> = {}): Promise<string> {
  const name = uniqueName('produce')
  const settings = Object.entries(configs).map(([key, value]) => ({ name: key, value }))
  const topic = { name, numPartitions: 2, replicationFactor: 1, assignments: [], configs: settings }
  await createTopicsV7.api.async(await on.control(), [topic], 10_000, false)
  on.forget()
  return name
}

const plain = { partition: 0, key: null, value: Buffer.from('v'), headers: [] }
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => ({ code: 'fine' }),
    (error: AppError) => ({ code: error.code, ...error.params }),
  )

test('every byte as given, in its partition, with the answer to prove it', async () => {
  const topic = await makeTopic(link)
  const records = [
    { partition: 1, key: null, value: null, headers: [] },
    {
      partition: 1,
      key: Buffer.alloc(0),
      value: Buffer.from([0, 255]),
      headers: [
        { name: Buffer.from('a'), value: Buffer.from('1') },
        { name: Buffer.from('b'), value: null },
        { name: Buffer.from('a'), value: Buffer.alloc(0) },
        { name: Buffer.from([255, 0]), value: Buffer.from([254]) },
      ],
      timestampMs: 7,
    },
  ]
  const answers = []
  for (const record of records) answers.push(await producer.produce(topic, record))
  expect(answers).toEqual([
    { partition: 1, offset: 0n, timestampMs: 1_795_000_000_000 },
    { partition: 1, offset: 1n, timestampMs: 7 },
  ])
  const back = await readBack(link, topic, 1)
  expect(back).toEqual(
    records.map((record, i) => ({ timestampMs: 1_795_000_000_000, ...record, offset: BigInt(i) })),
  )
})

test('many at once keep their sequence numbers apart', async () => {
  const topic = await makeTopic(link)
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => producer.produce(topic, { ...plain, partition: i % 2 })),
  )
  expect(new Set(answers.map(one => `${one.partition}/${one.offset}`)).size).toBe(50)
})

test('a topic that is gone since it was written to keeps no record from another one', async () => {
  const [gone, stays] = [await makeTopic(link), await makeTopic(link)]
  const own = createProducer(link, () => 1_795_000_000_000)
  try {
    await expect.poll(() => failure(own.produce(gone, plain))).toEqual({ code: 'fine' })
    // By another one: this producer is not to know it yet.
    await expect.poll(() => failure(producer.produce(stays, plain))).toEqual({ code: 'fine' })
    await deleteTopicsV6.api.async(await link.control(), [{ name: gone }], 10_000)
    await expect
      .poll(() => failure(own.produce(gone, plain)))
      .toMatchObject({ code: 'TOPIC_UNKNOWN', topic: gone })
    expect(await failure(own.produce(stays, plain))).toEqual({ code: 'fine' })
  } finally {
    await own.close()
  }
})

test('a partition that was added since the topic was written to takes records', async () => {
  const topic = await makeTopic(link)
  await expect.poll(() => failure(producer.produce(topic, plain))).toEqual({ code: 'fine' })
  const grown = { name: topic, count: 3, assignments: null }
  await createPartitionsV3.api.async(await link.control(), [grown], 10_000, false)
  // Until the broker tells of it nothing is sent, and that is known.
  const answers: string[] = []
  const produce = async () => {
    const { code } = await failure(producer.produce(topic, { ...plain, partition: 2 }))
    answers.push(code)
    return code
  }
  await expect.poll(produce).toBe('fine')
  expect(answers).not.toContain('OUTCOME_UNKNOWN')
  expect(await readBack(link, topic, 2)).toHaveLength(1)
})

test('a lost answer is not sent again because another topic is gone meanwhile', async () => {
  const require = createRequire(import.meta.url)
  const Broker = require('kafkajs/src/broker/index.js')
  const { KafkaJSConnectionClosedError } = require('kafkajs/src/errors.js')
  const original = Broker.prototype.produce
  const [gone, stays] = [await makeTopic(link), await makeTopic(link)]
  const own = createProducer(link, () => 1_795_000_000_000)
  try {
    for (const topic of [gone, stays])
      await expect.poll(() => failure(own.produce(topic, plain))).toEqual({ code: 'fine' })
    await deleteTopicsV6.api.async(await link.control(), [{ name: gone }], 10_000)
    await expect.poll(() => failure(own.produce(gone, plain))).toMatchObject({ code: 'TOPIC_UNKNOWN' })
    const before = (await readBack(link, stays, 0)).length
    Broker.prototype.produce = async function produce(...given: unknown[]) {
      await original.apply(this, given)
      throw new KafkaJSConnectionClosedError('closed', { host: 'elsewhere', port: 1 })
    }
    expect(await failure(own.produce(stays, plain))).toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    expect(await readBack(link, stays, 0)).toHaveLength(before + 1)
  } finally {
    Broker.prototype.produce = original
    await own.close()
  }
})

test('a lost answer is not sent again because its partition is not known any more', async () => {
  const require = createRequire(import.meta.url)
  const Broker = require('kafkajs/src/broker/index.js')
  const Cluster = require('kafkajs/src/cluster/index.js')
  const { KafkaJSConnectionClosedError } = require('kafkajs/src/errors.js')
  const { produce } = Broker.prototype
  const { findTopicPartitionMetadata } = Cluster.prototype
  const topic = await makeTopic(link)
  const own = createProducer(link, () => 1_795_000_000_000)
  try {
    await expect.poll(() => failure(own.produce(topic, plain))).toEqual({ code: 'fine' })
    const before = (await readBack(link, topic, 0)).length
    Broker.prototype.produce = async function lose(...given: unknown[]) {
      await produce.apply(this, given)
      // From here on a broker answers that knows one partition less.
      Cluster.prototype.findTopicPartitionMetadata = function forget(...of: unknown[]) {
        const known: { partitionId: number }[] = findTopicPartitionMetadata.apply(this, of)
        return known.filter(one => one.partitionId !== 0)
      }
      throw new KafkaJSConnectionClosedError('closed', { host: 'elsewhere', port: 1 })
    }
    expect(await failure(own.produce(topic, plain))).toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    expect(await readBack(link, topic, 0)).toHaveLength(before + 1)
  } finally {
    Broker.prototype.produce = produce
    Cluster.prototype.findTopicPartitionMetadata = findTopicPartitionMetadata
    await own.close()
  }
})

test('LogAppendTime answers the time that the broker wrote', async () => {
  const topic = await makeTopic(link, { 'message.timestamp.type': 'LogAppendTime' })
  const { timestampMs } = await producer.produce(topic, { ...plain, timestampMs: 7 })
  expect(Math.abs(timestampMs - Date.now())).toBeLessThan(60_000)
})

test('a partition or a topic that does not exist is told, never dropped; a refusal is a refusal', async () => {
  const topic = await makeTopic(link, { 'max.message.bytes': '500' })
  expect(await failure(producer.produce(topic, { ...plain, partition: 2 }))).toMatchObject({
    code: 'PARTITION_UNKNOWN',
  })
  expect(await failure(producer.produce(uniqueName('missing'), plain))).toMatchObject({
    code: 'TOPIC_UNKNOWN',
  })
  expect(await failure(producer.produce(topic, { ...plain, value: Buffer.alloc(900) }))).toMatchObject({
    kafka: 'MESSAGE_TOO_LARGE',
    record: 'rejected',
  })
  expect(await producer.produce(topic, plain)).toMatchObject({ offset: 0n })
})

test('an idle connection does not wake the process', async () => {
  patchKafkaJs()
  const Queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js')
  const original = Queue.prototype.checkPendingRequests
  let wakes = 0
  Queue.prototype.checkPendingRequests = function check() {
    wakes += 1
    return original.call(this)
  }
  const admin = new Kafka(link.kafkaJsOptions()).admin()
  await admin.connect()
  await admin.listTopics()
  wakes = 0
  await new Promise(resolve => setTimeout(resolve, 400))
  const idle = wakes
  Queue.prototype.checkPendingRequests = original
  await admin.disconnect()
  expect(idle).toBeLessThan(5)
})

test('a broker that dies while it is asked: unknown, never sent twice; afterwards it goes on', async () => {
  const kafka = await startKafka()
  const own = testLink(kafka.bootstrap)
  const dying = createProducer(own, () => Date.now())
  try {
    const topic = await makeTopic(own)
    const acked: string[] = []
    let stop = false
    const outcomes = new Map<string, number>()
    const loop = (async () => {
      for (let i = 0; !stop; i++) {
        const value = `${i}`
        const { code } = await failure(
          dying.produce(topic, { ...plain, value: Buffer.from(value) }).then(() => acked.push(value)),
        )
        outcomes.set(code, (outcomes.get(code) ?? 0) + 1)
        if (code !== 'fine') await new Promise(resolve => setTimeout(resolve, 20))
      }
    })()
    await new Promise(resolve => setTimeout(resolve, 300))
    await kafka.kill9()
    await new Promise(resolve => setTimeout(resolve, 300))
    await kafka.restart()
    const before = acked.length
    const until = Date.now() + 20_000
    while (acked.length < before + 5 && Date.now() < until)
      await new Promise(resolve => setTimeout(resolve, 50))
    stop = true
    await loop
    const values = (await readBack(own, topic, 0)).map(one => one.value?.toString() ?? '')
    expect(acked.length).toBeGreaterThan(before)
    expect(new Set(values).size).toBe(values.length)
    expect(acked.filter(value => !values.includes(value))).toEqual([])
    const known = new Set([
      'fine',
      'OUTCOME_UNKNOWN',
      'BROKER_UNREACHABLE',
      'CLUSTER_UNREACHABLE',
      'LEADER_UNAVAILABLE',
      'TIMED_OUT',
    ])
    expect([...outcomes.keys()].filter(code => !known.has(code))).toEqual([])
  } finally {
    await dying.close()
    await own.close()
    await kafka.stop()
  }
})
