import { notificationSent, parsePaid } from './events.ts'
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
import { invalidRecipient, NOTIFICATION_LISTENER, notAnEvent, unreadable } from './payment-failures.ts'
import { springDeadLetterHeaders } from './spring-dead-letter.ts'
import { GROUPS, TOPICS } from './topics.ts'

/** notification-service: tells the customer. The text-message gateway is slow at times, and then it falls behind. */
export async function startNotificationService(company: Company): Promise<Running> {
  const { journal, random } = company
  const producer = companyProducer(kafkaClient('notification-service', company.brokers))
  await producer.connect()

  const consumer = await consume(company, {
    name: 'notification',
    group: GROUPS.notification,
    topic: TOPICS.authorized,
    handle: async ({ topic, partition, message }) => {
      const headers = headersOf(message)
      const { key, value, offset } = message
      const toDeadLetters = async (orderId: string, failure: Throwable) => {
        const consumed = { topic, partition, offset, timestampMs: Number(message.timestamp), headers }
        const dead = springDeadLetterHeaders(consumed, GROUPS.notification, NOTIFICATION_LISTENER, failure)
        const sent = await publish(producer, {
          topic: TOPICS.authorizedDlt,
          key,
          value,
          headers: dead,
          partition,
        })
        journal.note(orderId, { step: 'failed', error: rootCause(failure).className, ...sent })
      }
      const paid = parsePaid(value)
      if (!paid)
        return toDeadLetters(
          String(key),
          unreadable(topic, notAnEvent('kr.hanbit.notification.PaymentAuthorized')),
        )
      if (!paid.customer.phone?.startsWith('+'))
        return toDeadLetters(paid.orderId, invalidRecipient(paid.customer.phone))
      const sent = await publish(producer, {
        topic: TOPICS.sent,
        key,
        value: JSON.stringify(notificationSent(paid, Date.now())),
        headers: followingHeaders(random, headers, 'notification.sent'),
      })
      journal.note(paid.orderId, { step: 'notified', ...sent })
    },
  })
  return {
    stop: async () => {
      await consumer.stop()
      await producer.disconnect()
    },
  }
}
