import { setTimeout as sleep } from 'node:timers/promises'
import { parseReserved, paymentAuthorized, type StockReserved } from './events.ts'
import { followingHeaders } from './headers.ts'
import { rootCause, type Throwable } from './java-trace.ts'
import {
  type Company,
  companyProducer,
  consume,
  headersOf,
  kafkaClient,
  publish,
  type Running,
} from './kafka.ts'
import { notAnEvent, PAYMENT_LISTENER, unreadable, whyUnpaid } from './payment-failures.ts'
import { DESERIALIZATION, springDeadLetterHeaders } from './spring-dead-letter.ts'
import { GROUPS, TOPICS } from './topics.ts'

const ATTEMPTS = 3
const BACKOFF_MS = 40

/**
 * payment-service: takes the money, three attempts an order. It behaves as a Spring Kafka service does when
 * it fails.
 */
export async function startPaymentService(company: Company): Promise<Running> {
  const { world, journal, random } = company
  const producer = companyProducer(kafkaClient('payment-service', company.brokers))
  await producer.connect()

  const attempt = async (order: StockReserved, topic: string, bytes: Buffer): Promise<Throwable | null> => {
    for (let turn = 1; ; turn += 1) {
      const failure = whyUnpaid(order, topic, bytes, world.conditions(Date.now()))
      // Spring retries neither what can't be read nor more often than it is told to.
      if (!failure || failure.className === DESERIALIZATION || turn === ATTEMPTS) return failure
      await sleep(BACKOFF_MS)
    }
  }

  const consumer = await consume(company, {
    name: 'payment',
    group: GROUPS.payment,
    topic: TOPICS.reserved,
    members: 2,
    handle: async ({ topic, partition, message }) => {
      const headers = headersOf(message)
      const { key, value, offset } = message
      const bytes = value ?? Buffer.alloc(0)
      const toDeadLetters = async (orderId: string, failure: Throwable) => {
        const consumed = { topic, partition, offset, timestampMs: Number(message.timestamp), headers }
        const dead = springDeadLetterHeaders(consumed, GROUPS.payment, PAYMENT_LISTENER, failure)
        const sent = await publish(producer, {
          topic: TOPICS.reservedDlt,
          key,
          value,
          headers: dead,
          partition,
        })
        journal.note(orderId, { step: 'failed', error: rootCause(failure).className, ...sent })
      }
      const order = parseReserved(value)
      if (!order)
        return toDeadLetters(String(key), unreadable(topic, notAnEvent('kr.hanbit.payment.StockReserved')))
      if (journal.has(order.orderId, 'paid')) return
      const failure = await attempt(order, topic, bytes)
      if (failure) return toDeadLetters(order.orderId, failure)
      const sent = await publish(producer, {
        topic: TOPICS.authorized,
        key,
        value: JSON.stringify(paymentAuthorized(order, Number(order.amount), Date.now())),
        headers: followingHeaders(random, headers, 'payment.authorized'),
      })
      journal.note(order.orderId, { step: 'paid', ...sent })
    },
  })
  return {
    stop: async () => {
      await consumer.stop()
      await producer.disconnect()
    },
  }
}
