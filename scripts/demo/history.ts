import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin, Kafka } from 'kafkajs'
import { say } from '../lib/say.ts'
import { BulkWriter } from './bulk-writer.ts'
import {
  CUSTOMER_COUNT,
  customer,
  DISCONTINUED_PRODUCT,
  LIMITED_PRODUCT,
  PRODUCTS,
} from './company/catalogue.ts'
import {
  makeOrder,
  notificationSent,
  type OrderCreated,
  orderIdOf,
  paymentAuthorized,
  stockReserved,
} from './company/events.ts'
import { handWrittenDeadLetterHeaders } from './company/hand-written-dead-letter.ts'
import { eventHeaders, followingHeaders, type Headers } from './company/headers.ts'
import { whyNotReserved } from './company/inventory-service.ts'
import { companyProducer, kafkaClient } from './company/kafka.ts'
import {
  invalidRecipient,
  NOTIFICATION_LISTENER,
  PAYMENT_LISTENER,
  whyUnpaid,
} from './company/payment-failures.ts'
import { Random } from './company/random.ts'
import { springDeadLetterHeaders } from './company/spring-dead-letter.ts'
import { GROUPS, TOPIC_PLANS, TOPICS } from './company/topics.ts'
import { HISTORY_HOURS, type PastFailure, planFailures } from './incidents.ts'

export interface HistorySize {
  orders: number
  /** The last so many orders are there with everything that came of them. */
  whole: number
  letters: number
  customers: number
}

export const FULL_HISTORY: HistorySize = { orders: 200_000, whole: 30_000, letters: 300, customers: 1_000 }
export const SMALL_HISTORY: HistorySize = { orders: 3_000, whole: 1_500, letters: 60, customers: 100 }

const HOUR_MS = 3_600_000
const LEADER_TIMEOUT_MS = 30_000
/** The past ends a little before now: the living services go on from here. */
const QUIET_MS = 5_000

const bytesOf = (value: string) => Buffer.from(value)

class PastTeller {
  readonly #writer: BulkWriter
  readonly #random: Random
  readonly #whole: number

  constructor(writer: BulkWriter, random: Random, wholeFrom: number) {
    this.#writer = writer
    this.#random = random
    this.#whole = wholeFrom
  }

  /** One order and what came of it. */
  async tell(index: number, atMs: number, failure: PastFailure | undefined): Promise<void> {
    const writer = this.#writer
    const random = this.#random
    const orderId = orderIdOf(atMs, index + 1)
    const limited = failure === 'out-of-stock'
    const order = makeOrder(random, {
      orderId,
      atMs,
      flaw: failure === 'provider-timeout' || limited ? null : (failure ?? null),
      provider: failure === 'provider-timeout' ? 'nova-pay' : undefined,
      product: limited ? PRODUCTS.find(({ id }) => id === LIMITED_PRODUCT) : undefined,
    })
    const value = JSON.stringify(order)
    const headers = eventHeaders(random, 'order.created', orderId)
    await writer.add(TOPICS.created, { key: orderId, value, headers, atMs })
    if (limited || failure === 'discontinued') return this.#refuse(order, value, headers, atMs + 1_200)
    if (index >= this.#whole || failure) await this.#reserve(order, headers, atMs + 300, index, failure)
  }

  async #refuse(order: OrderCreated, value: string, headers: Headers, atMs: number): Promise<void> {
    const error = whyNotReserved(order, id =>
      id === LIMITED_PRODUCT ? 0 : id === DISCONTINUED_PRODUCT ? null : 1_000,
    )
    const dead = handWrittenDeadLetterHeaders(headers, TOPICS.created, error ?? '', 3)
    await this.#writer.add(TOPICS.createdDlq, { key: order.orderId, value, headers: dead, atMs })
  }

  async #reserve(
    order: OrderCreated,
    before: Headers,
    atMs: number,
    index: number,
    failure: PastFailure | undefined,
  ): Promise<void> {
    const writer = this.#writer
    const key = order.orderId
    const reserved = stockReserved(order, atMs)
    const value = JSON.stringify(reserved)
    const headers = followingHeaders(this.#random, before, 'inventory.reserved')
    const { partition, offset } = await writer.add(TOPICS.reserved, { key, value, headers, atMs })
    const unpaid = whyUnpaid(reserved, TOPICS.reserved, bytesOf(value), {
      nowMs: atMs,
      isDown: () => failure === 'provider-timeout',
      addressBugFixed: false,
    })
    if (unpaid) {
      const consumed = {
        topic: TOPICS.reserved,
        partition,
        offset: BigInt(offset),
        timestampMs: atMs,
        headers,
      }
      const dead = springDeadLetterHeaders(consumed, GROUPS.payment, PAYMENT_LISTENER, unpaid)
      await writer.add(TOPICS.reservedDlt, { key, value, headers: dead, atMs: atMs + 700, partition })
      return
    }
    if (index < this.#whole && failure !== 'bad-phone') return
    const paid = paymentAuthorized(reserved, Number(reserved.amount), atMs + 250)
    await this.#notify(paid, followingHeaders(this.#random, headers, 'payment.authorized'), atMs + 250)
  }

  async #notify(paid: ReturnType<typeof paymentAuthorized>, headers: Headers, atMs: number): Promise<void> {
    const writer = this.#writer
    const key = paid.orderId
    const value = JSON.stringify(paid)
    const { partition, offset } = await writer.add(TOPICS.authorized, { key, value, headers, atMs })
    const { phone } = paid.customer
    if (!phone.startsWith('+')) {
      const consumed = {
        topic: TOPICS.authorized,
        partition,
        offset: BigInt(offset),
        timestampMs: atMs,
        headers,
      }
      const failure = invalidRecipient(phone)
      const dead = springDeadLetterHeaders(consumed, GROUPS.notification, NOTIFICATION_LISTENER, failure)
      await writer.add(TOPICS.authorizedDlt, { key, value, headers: dead, atMs: atMs + 400, partition })
      return
    }
    const told = followingHeaders(this.#random, headers, 'notification.sent')
    const text = JSON.stringify(notificationSent(paid, atMs + 300))
    await writer.add(TOPICS.sent, { key, value: text, headers: told, atMs: atMs + 300 })
  }
}

async function tellOrders(
  writer: BulkWriter,
  random: Random,
  size: HistorySize,
  nowMs: number,
): Promise<void> {
  const { orders, letters, whole } = size
  const failures = planFailures(random, orders, letters)
  const teller = new PastTeller(writer, random, orders - whole)
  const endMs = nowMs - QUIET_MS
  const startMs = endMs - HISTORY_HOURS * HOUR_MS
  const stepMs = (endMs - startMs) / orders
  const report = Math.max(1, Math.floor(orders / 4))
  for (let index = 0; index < orders; index += 1) {
    const atMs = Math.floor(startMs + index * stepMs)
    await teller.tell(index, atMs, failures.get(index))
    if ((index + 1) % report === 0)
      say('history', `${(index + 1).toLocaleString('en')} orders of ${orders.toLocaleString('en')}`)
  }
}

/** Topics that keep the latest value of a key: profiles and stock levels. */
async function tellTables(
  writer: BulkWriter,
  random: Random,
  customers: number,
  nowMs: number,
): Promise<void> {
  const atMs = nowMs - HISTORY_HOURS * HOUR_MS
  for (let number = 0; number < Math.min(customers, CUSTOMER_COUNT); number += 1) {
    const { id, ...profile } = customer(number)
    const headers = eventHeaders(random, 'user.profile', id)
    await writer.add(TOPICS.profile, {
      key: id,
      value: JSON.stringify({ customerId: id, ...profile }),
      headers,
      atMs,
    })
    if (number % 10 === 7) await writer.add(TOPICS.profile, { key: id, value: null, headers, atMs })
  }
  for (const { id, name } of PRODUCTS) {
    const value = JSON.stringify({ productId: id, name, available: id === LIMITED_PRODUCT ? 60 : 1_000_000 })
    await writer.add(TOPICS.stock, {
      key: id,
      value,
      headers: eventHeaders(random, 'inventory.stock', id),
      atMs,
    })
  }
}

const commitsOf = (topic: string, ends: readonly number[]) => [
  { topic, partitions: ends.map((end, partition) => ({ partition, offset: String(end) })) },
]

const COORDINATOR_TRIES = 150

/** A young broker makes its offsets topic when first asked; a transaction that asks too early fails as a whole. */
async function untilCoordinated(kafka: Kafka, groupIds: readonly string[]): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    for (const groupId of groupIds) {
      for (let tries = 1; ; tries++) {
        const failure = await admin.fetchOffsets({ groupId }).then(
          () => null,
          (error: unknown) => error,
        )
        if (failure === null) break
        if (tries >= COORDINATOR_TRIES) throw failure
        await sleep(200)
      }
    }
  } finally {
    await admin.disconnect()
  }
}

/**
 * Everything is consumed, except by the nightly settlement, which runs later. Committed in a transaction:
 * nobody has to join.
 */
async function commitGroups(kafka: Kafka, writer: BulkWriter): Promise<void> {
  const producer = kafka.producer({
    transactionalId: 'milena-demo-history',
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
  })
  await untilCoordinated(kafka, Object.values(GROUPS))
  await producer.connect()
  const transaction = await producer.transaction()
  const authorized = writer.endsOf(TOPICS.authorized)
  const groups = [
    [GROUPS.inventory, commitsOf(TOPICS.created, writer.endsOf(TOPICS.created))],
    [GROUPS.analytics, commitsOf(TOPICS.created, writer.endsOf(TOPICS.created))],
    [GROUPS.payment, commitsOf(TOPICS.reserved, writer.endsOf(TOPICS.reserved))],
    [GROUPS.notification, commitsOf(TOPICS.authorized, authorized)],
    [
      GROUPS.settlement,
      commitsOf(
        TOPICS.authorized,
        authorized.map(end => Math.floor(end * 0.94)),
      ),
    ],
  ] as const
  for (const [consumerGroupId, topics] of groups) await transaction.sendOffsets({ consumerGroupId, topics })
  await transaction.commit()
  await producer.disconnect()
}

/** Which topics of the company are there already. */
export async function companyTopicsIn(admin: Admin): Promise<string[]> {
  const there = new Set(await admin.listTopics())
  return TOPIC_PLANS.map(({ topic }) => topic).filter(topic => there.has(topic))
}

/** Metadata names a leader a moment before it takes anything; it answers for offsets once it does. */
async function untilLed(admin: Admin, topic: string): Promise<void> {
  const deadlineMs = performance.now() + LEADER_TIMEOUT_MS
  for (;;) {
    try {
      await admin.fetchTopicOffsets(topic)
      return
    } catch (error) {
      if (performance.now() > deadlineMs) throw error
      await sleep(100)
    }
  }
}

async function makeTopics(admin: Admin): Promise<void> {
  const old = await companyTopicsIn(admin)
  if (old.length > 0) await admin.deleteTopics({ topics: old, timeout: 30_000 })
  const { brokers } = await admin.describeCluster()
  const topics = TOPIC_PLANS.map(({ topic, partitions, configs }) => ({
    topic,
    numPartitions: partitions,
    replicationFactor: Math.min(3, brokers.length),
    configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
  }))
  // Its own waiting for leaders gives up at the first broker that has not heard of the topic yet.
  await admin.createTopics({ topics, waitForLeaders: false, timeout: 30_000 })
  for (const { topic } of topics) await untilLed(admin, topic)
}

/** Everything is where it was counted to be: dead letters name their origins by offset. */
async function checkEnds(admin: Admin, writer: BulkWriter): Promise<void> {
  for (const topic of writer.topics()) {
    const counted = writer.endsOf(topic)
    for (const { partition, high } of await admin.fetchTopicOffsets(topic))
      if (Number(high) !== counted[partition])
        throw new Error(`${topic}/${partition} ends at ${high}, and ${counted[partition]} were written`)
  }
}

/**
 * Makes the company's topics anew (what is in them is lost) and fills them with its past: orders that were
 * carried out and consumed, and dead letters of several kinds over five days. Answers the number of the next
 * order.
 */
export async function fillHistory(brokers: string[], size: HistorySize, nowMs = Date.now()): Promise<number> {
  const kafka = kafkaClient('milena-demo-history', brokers)
  const admin = kafka.admin()
  const producer = companyProducer(kafka, { idempotent: true })
  await Promise.all([admin.connect(), producer.connect()])
  try {
    await makeTopics(admin)
    const writer = new BulkWriter(producer)
    const random = new Random(20_261_121)
    await tellTables(writer, random, size.customers, nowMs)
    await tellOrders(writer, random, size, nowMs)
    await writer.end()
    await checkEnds(admin, writer)
    await commitGroups(kafka, writer)
    return size.orders + 1
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
}
