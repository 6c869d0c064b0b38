import { describe, expect, it } from 'vitest'
import { decodeDeadLetter } from './decode'
import { type Case, h, letter, SPRING_AT, SPRING_TRACE, springHop, x } from './testing'
import type { HeaderBytes } from './types'

const springException: HeaderBytes[] = [
  h('kafka_dlt-exception-fqcn', 'org.springframework.kafka.listener.ListenerExecutionFailedException'),
  h('kafka_dlt-exception-cause-fqcn', 'com.acme.pay.CardDeclinedException'),
  h(
    'kafka_dlt-exception-message',
    "Listener method 'public void com.acme.pay.PaymentListener.onOrder(com.acme.pay.Order)' threw exception; card 4711 declined",
  ),
  h('kafka_dlt-exception-stacktrace', SPRING_TRACE),
]
const SPRING: Case[] = [
  [
    'one hop: binary numbers, wrapper off, root cause from the trace',
    [h('traceparent', '00-a-b-01'), ...springHop({ topic: 'orders' }), ...springException],
    {
      family: 'spring',
      origin: { topic: 'orders', partition: 2, offset: 14n, timestampMs: SPRING_AT },
      hops: [{ topic: 'orders', partition: 2, offset: 14n, timestampMs: SPRING_AT }],
      exception: {
        class: 'org.springframework.kafka.listener.ListenerExecutionFailedException',
        rootCause: 'java.net.SocketTimeoutException',
        message: 'card 4711 declined',
        stackTrace: SPRING_TRACE,
      },
      consumerGroup: 'payment',
      attempts: null,
      notes: [],
      replay: null,
    },
  ],
  [
    'two hops: appended, the first is the origin, the last the latest; the group is the latest',
    [
      ...springHop({ topic: 'orders' }),
      ...springHop({ topic: 'orders-dlt', offset: '000000000000001f' }).map(header =>
        new TextDecoder().decode(header.name).endsWith('group')
          ? h('kafka_dlt-original-consumer-group', 'rescue')
          : header,
      ),
      ...springException,
    ],
    {
      origin: { topic: 'orders', offset: 14n },
      hops: [
        { topic: 'orders', partition: 2, offset: 14n, timestampMs: SPRING_AT },
        { topic: 'orders-dlt', partition: 2, offset: 31n, timestampMs: SPRING_AT },
      ],
      consumerGroup: 'rescue',
    },
  ],
  [
    'business headers called original-topic, error-message, retry-count mean nothing here',
    [
      h('original-topic', 'shop'),
      h('error-message', 'no'),
      h('retry-count', '9'),
      ...springHop({ topic: 'orders' }),
    ],
    { family: 'spring', origin: { topic: 'orders' }, exception: { message: null }, attempts: null },
  ],
  [
    'no message: the wrapper ends in a semicolon',
    [
      ...springHop({ topic: 'orders' }),
      h('kafka_dlt-exception-message', "Listener method 'void a.B.c()' threw exception; "),
    ],
    { exception: { message: null } },
  ],
  [
    'delivery attempts, where they are counted',
    [
      ...springHop({ topic: 'orders' }),
      x('kafka_deliveryAttempt', '00000001'),
      x('kafka_deliveryAttempt', '00000003'),
    ],
    { attempts: 3 },
  ],
  [
    'a key that could not be read: its own set, and a cause without class, message, trace',
    [
      ...springHop({ topic: 'orders' }),
      h(
        'kafka_dlt-key-exception-fqcn',
        'org.springframework.kafka.support.serializer.DeserializationException',
      ),
      h('kafka_dlt-key-exception-message', 'failed to deserialize'),
      h(
        'kafka_dlt-key-exception-stacktrace',
        'org.springframework.kafka.support.serializer.DeserializationException: failed to deserialize\nCaused by: java.lang.IllegalArgumentException: bad\n',
      ),
      h(
        'kafka_dlt-exception-cause-fqcn',
        'org.springframework.kafka.support.serializer.DeserializationException',
      ),
      x('springDeserializerExceptionKey', 'aced0005'),
    ],
    {
      family: 'spring',
      exception: {
        class: 'org.springframework.kafka.support.serializer.DeserializationException',
        rootCause: 'java.lang.IllegalArgumentException',
        message: 'bad',
      },
      notes: ['key-deserialisation', 'exception-serialised'],
    },
  ],
  [
    'key and value bad: both sets',
    [
      ...springHop({ topic: 'orders' }),
      h(
        'kafka_dlt-key-exception-fqcn',
        'org.springframework.kafka.support.serializer.DeserializationException',
      ),
      h('kafka_dlt-exception-fqcn', 'org.springframework.kafka.support.serializer.DeserializationException'),
      h('kafka_dlt-exception-message', 'failed to deserialize'),
    ],
    { notes: ['key-deserialisation', 'value-deserialisation'] },
  ],
  [
    'hops whose numbers do not match stay null rather than wrong',
    [
      h('kafka_dlt-original-topic', 'a'),
      h('kafka_dlt-original-topic', 'b'),
      x('kafka_dlt-original-offset', '000000000000000e'),
    ],
    {
      hops: [
        { topic: 'a', partition: null, offset: null, timestampMs: null },
        { topic: 'b', partition: null, offset: null, timestampMs: null },
      ],
    },
  ],
]

const retry = (over: HeaderBytes[] = []): HeaderBytes[] => [
  h('kafka_original-topic', 'orders'),
  x('kafka_original-partition', '00000000'),
  x('kafka_original-offset', '000000000000000e'),
  x('kafka_original-timestamp', '000001a1eb3e8ee0'),
  h('kafka_dlt-original-consumer-group', 'payment'),
  x('retry_topic-attempts', '00000002'),
  x('retry_topic-original-timestamp', '01a1eb404460'),
  x('retry_topic-attempts', '00000003'),
  x('retry_topic-attempts', '00000004'),
  x('retry_topic-attempts', '00000005'),
  ...over,
]

const SPRING_RETRY: Case[] = [
  [
    'one delivery failed once: first and last at the same time',
    [h('kafka_original-topic', 'a'), x('retry_topic-attempts', '00000002')],
    { attempts: 1, failures: { firstMs: 1_793_800_000_000, lastMs: 1_793_800_000_000 } },
  ],
  [
    'a letter without a time has none of its failure either',
    [h('kafka_original-topic', 'a'), x('retry_topic-attempts', '00000002')],
    { failures: { firstMs: null, lastMs: null } },
    { timestampMs: -1 },
  ],
  [
    'attempts are appended; the last is the next delivery',
    retry([h('kafka_exception-message', 'Listener failed; boom')]),
    {
      family: 'spring-retry',
      attempts: 4,
      consumerGroup: 'payment',
      origin: { topic: 'orders', partition: 0, offset: 14n, timestampMs: SPRING_AT },
      exception: { message: 'boom' },
      // Of four failures the first has no time in the headers; the letter is sent at the last.
      failures: { firstMs: null, lastMs: 1_793_800_000_000 },
    },
  ],
  [
    '2.9: wrappers within wrappers, a time with nanoseconds, a cause that says nothing',
    retry([
      h('kafka_exception-fqcn', 'org.springframework.kafka.listener.ListenerExecutionFailedException'),
      h('kafka_exception-cause-fqcn', 'org.springframework.kafka.listener.TimestampedException'),
      h(
        'kafka_exception-message',
        "Listener failed; nested exception is org.springframework.kafka.listener.TimestampedException: Exception thrown at 2026-10-05T03:04:05.123456789Z; nested exception is org.springframework.kafka.listener.ListenerExecutionFailedException: Listener method 'public void a.B.c(java.lang.String)' threw exception; nested exception is java.lang.IllegalStateException: boom; nested exception is kept",
      ),
    ]),
    {
      exception: {
        class: 'org.springframework.kafka.listener.ListenerExecutionFailedException',
        rootCause: 'org.springframework.kafka.listener.ListenerExecutionFailedException',
        message: 'boom; nested exception is kept',
      },
    },
  ],
  [
    'a nested exception without a message',
    retry([
      h(
        'kafka_exception-message',
        "Listener method 'void a.B.c()' threw exception; nested exception is java.lang.IllegalStateException",
      ),
    ]),
    { exception: { message: null } },
  ],
  [
    'attempts in one byte, as old versions wrote them',
    [h('kafka_original-topic', 'a'), x('retry_topic-attempts', '03')],
    { attempts: 2, failures: { firstMs: null, lastMs: 1_793_800_000_000 } },
  ],
  [
    'the time as a BigInteger where the int64 is missing',
    [h('kafka_original-topic', 'a'), x('retry_topic-original-timestamp', '01a1eb404460')],
    { origin: { topic: 'a', timestampMs: 0x01a1eb404460 } },
  ],
  [
    "a retry's dead letter that failed again in a plain listener: the first origin is the retry's",
    [...retry(), ...springHop({ topic: 'orders-dlt' }), ...springException],
    {
      family: 'spring',
      origin: { topic: 'orders', offset: 14n },
      hops: [
        { topic: 'orders', partition: 0, offset: 14n, timestampMs: SPRING_AT },
        { topic: 'orders-dlt', partition: 2, offset: 14n, timestampMs: SPRING_AT },
      ],
    },
  ],
  [
    'a dead letter that went through retries afterwards',
    [...springHop({ topic: 'first' }), ...retry()],
    { family: 'spring-retry', origin: { topic: 'first' }, attempts: 4 },
  ],
]

describe.each([
  ['spring', SPRING],
  ['spring-retry', SPRING_RETRY],
])('%s', (_, cases) => {
  it.each(cases)('%s', (_name, headers, expected, record) => {
    expect(decodeDeadLetter(letter(headers, record))).toMatchObject(expected)
  })
})
