import { expect, test } from 'vitest'
import { decodeDeadLetter, fingerprint } from '@/lib/dead-letter'
import { DISCONTINUED_PRODUCT } from './catalogue.ts'
import { makeOrder, stockReserved } from './events.ts'
import { handWrittenDeadLetterHeaders } from './hand-written-dead-letter.ts'
import { eventHeaders, type Headers } from './headers.ts'
import { whyNotReserved } from './inventory-service.ts'
import { PAYMENT_LISTENER, TOP_UP_MS, whyUnpaid } from './payment-failures.ts'
import { Random } from './random.ts'
import { springDeadLetterHeaders } from './spring-dead-letter.ts'
import { TOPICS } from './topics.ts'

// What the company writes is read by the decoder that was made from what Spring Kafka really wrote.

const AT_MS = Date.UTC(2026, 10, 20, 5, 3, 7, 123)
const UP = { nowMs: AT_MS, isDown: () => false, addressBugFixed: false }

function reserved(flaw: Parameters<typeof makeOrder>[1]['flaw'], number = 1) {
  const order = makeOrder(new Random(number), { orderId: `ORD-20261120-000000${number}`, atMs: AT_MS, flaw })
  return stockReserved(order, AT_MS)
}

function decode(topic: string, headers: Headers) {
  const list = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map(one => ({ name: Buffer.from(name), value: one })),
  )
  const decoded = decodeDeadLetter({
    topic,
    partition: 2,
    offset: 41n,
    timestampMs: AT_MS,
    headers: list,
    key: null,
    value: Buffer.from('{}'),
  })
  if (!decoded) throw new Error('not seen as a dead letter')
  return decoded
}

function deadLetter(order: ReturnType<typeof reserved>, conditions = UP) {
  const failure = whyUnpaid(order, TOPICS.reserved, Buffer.from(JSON.stringify(order)), conditions)
  if (!failure) throw new Error('it was paid')
  const consumed = {
    topic: TOPICS.reserved,
    partition: 2,
    offset: '884213',
    timestampMs: AT_MS,
    headers: eventHeaders(new Random(1), 'inventory.reserved', order.orderId),
  }
  return decode(
    TOPICS.reservedDlt,
    springDeadLetterHeaders(consumed, 'payment-service', PAYMENT_LISTENER, failure),
  )
}

test('a provider that is down: the wrapper comes off and the root cause is the last of the trace', () => {
  const letter = deadLetter(reserved(null), { ...UP, isDown: () => true })
  expect(letter.family).toBe('spring')
  expect(letter.origin).toEqual({
    topic: TOPICS.reserved,
    partition: 2,
    offset: 884_213n,
    timestampMs: AT_MS,
  })
  expect(letter.consumerGroup).toBe('payment-service')
  expect(letter.exception.class).toBe('org.springframework.kafka.listener.ListenerExecutionFailedException')
  expect(letter.exception.rootCause).toBe('java.net.SocketTimeoutException')
  expect(letter.exception.message).toMatch(/^I\/O error on POST request for "https:\/\/api\./)
})

test('every failure has a root cause of its own', () => {
  const roots = [
    deadLetter(reserved('empty-account')),
    deadLetter(reserved('no-billing-address')),
    deadLetter(reserved('amount-text')),
    deadLetter(reserved(null), { ...UP, isDown: () => true }),
  ].map(letter => letter.exception.rootCause)
  expect(roots).toEqual([
    'kr.hanbit.payment.CardDeclinedException',
    'java.lang.NullPointerException',
    'tools.jackson.databind.exc.InvalidFormatException',
    'java.net.SocketTimeoutException',
  ])
})

function issueOf({ exception, origin, consumerGroup }: ReturnType<typeof deadLetter>) {
  const { rootCause, message, stackTrace } = exception
  return fingerprint({ rootCause, message, stackTrace, originTopic: origin.topic, consumerGroup }).fingerprint
}

test('two customers with the same trouble are one issue', () => {
  const [one, two] = [1, 2].map(number => issueOf(deadLetter(reserved('empty-account', number))))
  expect(one).toBe(two)
  expect(one).not.toBe(issueOf(deadLetter(reserved('no-billing-address'))))
})

test('causes that go away: a topped-up account, a provider that is back, a bug that is fixed', () => {
  const pays = (order: ReturnType<typeof reserved>, conditions: typeof UP) =>
    whyUnpaid(order, TOPICS.reserved, Buffer.from(JSON.stringify(order)), conditions) === null
  expect(pays(reserved('empty-account'), { ...UP, nowMs: AT_MS + TOP_UP_MS })).toBe(true)
  expect(pays(reserved(null), UP)).toBe(true)
  expect(pays(reserved('no-billing-address'), { ...UP, addressBugFixed: true })).toBe(true)
  expect(pays(reserved('amount-text'), { ...UP, addressBugFixed: true })).toBe(false)
})

test('inventory writes its headers by hand, beside those that were there', () => {
  const order = makeOrder(new Random(1), { orderId: 'ORD-1', atMs: AT_MS, flaw: 'discontinued' })
  const error = whyNotReserved(order, id => (id === DISCONTINUED_PRODUCT ? null : 5)) ?? ''
  const before = eventHeaders(new Random(1), 'order.created', 'ORD-1')
  const headers = handWrittenDeadLetterHeaders(before, TOPICS.created, error, 3)
  const letter = decode(TOPICS.createdDlq, headers)
  expect(letter.family).toBe('generic')
  expect(letter.origin).toEqual({ topic: TOPICS.created, partition: null, offset: null, timestampMs: null })
  expect(letter.exception.message).toContain(DISCONTINUED_PRODUCT)
  expect(letter.attempts).toBe(3)
  expect(Object.keys(headers).slice(0, 4)).toEqual(Object.keys(before))
})
