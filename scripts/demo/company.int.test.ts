import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { decodeDeadLetter } from '@/lib/dead-letter'
import { type Kafka, startKafka } from '../services/kafka.ts'
import { companyProducer, headersOf, kafkaClient } from './company/kafka.ts'
import { GROUPS, TOPICS } from './company/topics.ts'
import { type CompanyProcess, startCompany } from './company-process.ts'
import { CompanyControl } from './control-client.ts'
import { SMALL_HISTORY } from './history.ts'
import { ensurePast } from './past.ts'

// The topics have fixed names: the company gets a broker of its own.
const home = mkdtempSync(join(tmpdir(), 'milena-company-'))
let kafka: Kafka
let company: CompanyProcess
let control: CompanyControl
const stops: (() => Promise<unknown>)[] = []

async function clients() {
  const client = kafkaClient('company-test', [kafka.bootstrap])
  const admin = client.admin()
  const producer = companyProducer(client)
  await Promise.all([admin.connect(), producer.connect()])
  stops.push(
    () => admin.disconnect(),
    () => producer.disconnect(),
  )
  return { client, admin, producer }
}

const past = (fresh: boolean) =>
  ensurePast({ home, brokers: [kafka.bootstrap], size: SMALL_HISTORY, fresh, ours: true })

beforeAll(async () => {
  kafka = await startKafka()
  await past(false)
  company = await startCompany({ home, brokers: [kafka.bootstrap], trickle: 0, calm: true })
  control = new CompanyControl(company)
})

afterAll(async () => {
  await Promise.all(stops.map(stop => stop()))
  await company?.stop()
  await kafka?.stop()
  rmSync(home, { recursive: true, force: true })
})

const sum = (offsets: { offset: string }[]) =>
  offsets.reduce((total, { offset }) => total + Number(offset), 0)

test('the past is consumed, and only the settlement is behind', async () => {
  const { admin } = await clients()
  const ends = await admin.fetchTopicOffsets(TOPICS.created)
  expect(sum(ends)).toBe(SMALL_HISTORY.orders)
  const [inventory] = await admin.fetchOffsets({ groupId: GROUPS.inventory, topics: [TOPICS.created] })
  expect(sum(inventory?.partitions ?? [])).toBe(SMALL_HISTORY.orders)
  const [settled] = await admin.fetchOffsets({ groupId: GROUPS.settlement, topics: [TOPICS.authorized] })
  const paid = await admin.fetchTopicOffsets(TOPICS.authorized)
  expect(sum(settled?.partitions ?? [])).toBeLessThan(sum(paid))
  for (const topic of [TOPICS.createdDlq, TOPICS.reservedDlt, TOPICS.authorizedDlt])
    expect(sum(await admin.fetchTopicOffsets(topic))).toBeGreaterThan(0)
})

test('a second run keeps the past', async () => {
  const { admin } = await clients()
  const before = await admin.fetchTopicOffsets(TOPICS.createdDlq)
  await past(false)
  expect(await admin.fetchTopicOffsets(TOPICS.createdDlq)).toEqual(before)
})

test('a sound order goes all the way', async () => {
  const { orderId } = await control.order()
  await vi.waitFor(async () => expect((await control.steps(orderId)).at(-1)?.step).toBe('notified'), {
    timeout: 10_000,
  })
  expect((await control.steps(orderId)).map(({ step }) => step)).toEqual([
    'created',
    'reserved',
    'paid',
    'notified',
  ])
})

test('an order that died of a provider goes through once the provider is back and the letter is sent again', async () => {
  const { client, producer } = await clients()
  await control.provider('nova-pay', false)
  const { orderId } = await control.order({ provider: 'nova-pay' })
  const failed = await vi.waitFor(
    async () => {
      const step = (await control.steps(orderId)).find(one => one.step === 'failed')
      if (!step) throw new Error('not yet')
      return step
    },
    { timeout: 10_000 },
  )
  expect(failed).toMatchObject({ topic: TOPICS.reservedDlt, error: 'java.net.SocketTimeoutException' })

  const letter = await readOne(client, failed.topic, failed.partition, failed.offset)
  const decoded = decodeDeadLetter({
    topic: failed.topic,
    partition: failed.partition,
    offset: BigInt(failed.offset),
    timestampMs: Number(letter.timestamp),
    headers: Object.entries(headersOf(letter)).flatMap(([name, value]) =>
      [value].flat().map(one => ({ name: Buffer.from(name), value: one })),
    ),
    key: letter.key,
    value: letter.value,
  })
  expect(decoded).toMatchObject({
    family: 'spring',
    consumerGroup: GROUPS.payment,
    origin: { topic: TOPICS.reserved },
  })

  const again = () =>
    producer.send({ topic: TOPICS.reserved, messages: [{ key: letter.key, value: letter.value }] })
  await again()
  const failures = async () => (await control.steps(orderId)).filter(({ step }) => step === 'failed').length
  await vi.waitFor(async () => expect(await failures()).toBe(2), { timeout: 10_000 })
  await control.provider('nova-pay', true)
  await again()
  await vi.waitFor(async () => expect((await control.steps(orderId)).at(-1)?.step).toBe('notified'), {
    timeout: 10_000,
  })
})

async function readOne(
  client: ReturnType<typeof kafkaClient>,
  topic: string,
  partition: number,
  offset: string,
) {
  const consumer = client.consumer({ groupId: `company-test-${topic}`, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  try {
    return await new Promise<Parameters<typeof headersOf>[0]>((resolve, reject) => {
      consumer
        .run({
          autoCommit: false,
          eachMessage: async ({ partition: at, message }) => {
            if (at === partition && message.offset === offset) resolve(message)
          },
        })
        .catch(reject)
    })
  } finally {
    await consumer.disconnect()
  }
}
