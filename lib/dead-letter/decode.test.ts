import { describe, expect, it } from 'vitest'
import { decodeDeadLetter, looksLikeDeadLetter } from './decode'
import { h, letter, none, SPRING_TRACE, x } from './testing'
import type { DeadLetterInput, DecodedDeadLetter, HeaderBytes } from './types'

type Expected = Partial<Omit<DecodedDeadLetter, 'exception' | 'origin'>> & {
  exception?: Partial<DecodedDeadLetter['exception']>
  origin?: Partial<DecodedDeadLetter['origin']>
}
type Case = [name: string, headers: HeaderBytes[], expected: Expected, record?: Partial<DeadLetterInput>]

const spring = (n: { topic: string; offset?: string; message?: string }): HeaderBytes[] => [
  h('kafka_dlt-original-topic', n.topic),
  x('kafka_dlt-original-partition', '00000002'),
  x('kafka_dlt-original-offset', n.offset ?? '000000000000000e'),
  x('kafka_dlt-original-timestamp', '000001a1eb3e8ee0'),
  h('kafka_dlt-original-timestamp-type', 'CreateTime'),
  h('kafka_dlt-original-consumer-group', 'payment'),
]
const springException: HeaderBytes[] = [
  h('kafka_dlt-exception-fqcn', 'org.springframework.kafka.listener.ListenerExecutionFailedException'),
  h('kafka_dlt-exception-cause-fqcn', 'com.acme.pay.CardDeclinedException'),
  h(
    'kafka_dlt-exception-message',
    "Listener method 'public void com.acme.pay.PaymentListener.onOrder(com.acme.pay.Order)' threw exception; card 4711 declined",
  ),
  h('kafka_dlt-exception-stacktrace', SPRING_TRACE),
]
const AT = 0x1a1eb3e8ee0

const SPRING: Case[] = [
  [
    'one hop: binary numbers, wrapper off, root cause from the trace',
    [h('traceparent', '00-a-b-01'), ...spring({ topic: 'orders' }), ...springException],
    {
      family: 'spring',
      origin: { topic: 'orders', partition: 2, offset: 14n, timestampMs: AT },
      hops: [{ topic: 'orders', partition: 2, offset: 14n, timestampMs: AT }],
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
      ...spring({ topic: 'orders' }),
      ...spring({ topic: 'orders-dlt', offset: '000000000000001f' }).map(header =>
        new TextDecoder().decode(header.name).endsWith('group')
          ? h('kafka_dlt-original-consumer-group', 'rescue')
          : header,
      ),
      ...springException,
    ],
    {
      origin: { topic: 'orders', offset: 14n },
      hops: [
        { topic: 'orders', partition: 2, offset: 14n, timestampMs: AT },
        { topic: 'orders-dlt', partition: 2, offset: 31n, timestampMs: AT },
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
      ...spring({ topic: 'orders' }),
    ],
    { family: 'spring', origin: { topic: 'orders' }, exception: { message: null }, attempts: null },
  ],
  [
    'no message: the wrapper ends in a semicolon',
    [
      ...spring({ topic: 'orders' }),
      h('kafka_dlt-exception-message', "Listener method 'void a.B.c()' threw exception; "),
    ],
    { exception: { message: null } },
  ],
  [
    'delivery attempts, where they are counted',
    [
      ...spring({ topic: 'orders' }),
      x('kafka_deliveryAttempt', '00000001'),
      x('kafka_deliveryAttempt', '00000003'),
    ],
    { attempts: 3 },
  ],
  [
    'a key that could not be read: its own set, and a cause without class, message, trace',
    [
      ...spring({ topic: 'orders' }),
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
        message: 'failed to deserialize',
      },
      notes: ['key-deserialisation', 'exception-serialised'],
    },
  ],
  [
    'key and value bad: both sets',
    [
      ...spring({ topic: 'orders' }),
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
    'attempts are appended; the last is the next delivery',
    retry([h('kafka_exception-message', 'Listener failed; boom')]),
    {
      family: 'spring-retry',
      attempts: 4,
      consumerGroup: 'payment',
      origin: { topic: 'orders', partition: 0, offset: 14n, timestampMs: AT },
      exception: { message: 'boom' },
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
    { attempts: 2 },
  ],
  [
    'the time as a BigInteger where the int64 is missing',
    [h('kafka_original-topic', 'a'), x('retry_topic-original-timestamp', '01a1eb404460')],
    { origin: { topic: 'a', timestampMs: 0x01a1eb404460 } },
  ],
  [
    "a retry's dead letter that failed again in a plain listener: the first origin is the retry's",
    [...retry(), ...spring({ topic: 'orders-dlt' }), ...springException],
    {
      family: 'spring',
      origin: { topic: 'orders', offset: 14n },
      hops: [
        { topic: 'orders', partition: 0, offset: 14n, timestampMs: AT },
        { topic: 'orders-dlt', partition: 2, offset: 14n, timestampMs: AT },
      ],
    },
  ],
  [
    'a dead letter that went through retries afterwards',
    [...spring({ topic: 'first' }), ...retry()],
    { family: 'spring-retry', origin: { topic: 'first' }, attempts: 4 },
  ],
]

const OTHERS: Case[] = [
  [
    'Connect: everything as text, the group by the connector',
    [
      h('__connect.errors.topic', 'orders'),
      h('__connect.errors.partition', '1'),
      x('__connect.errors.offset', '3136'),
      h('__connect.errors.connector.name', 'jdbc-sink'),
      h('__connect.errors.task.id', '0'),
      h('__connect.errors.stage', 'VALUE_CONVERTER'),
      h('__connect.errors.class.name', 'org.apache.kafka.connect.json.JsonConverter'),
      h('__connect.errors.exception.class.name', 'org.apache.kafka.connect.errors.DataException'),
      none('__connect.errors.exception.message'),
      h(
        '__connect.errors.exception.stacktrace',
        'org.apache.kafka.connect.errors.DataException: x\n\tat a.B.c(B.java:1)\nCaused by: com.fasterxml.jackson.core.JsonParseException: y\n',
      ),
    ],
    {
      family: 'connect',
      origin: { topic: 'orders', partition: 1, offset: 16n, timestampMs: null },
      consumerGroup: 'connect-jdbc-sink',
      exception: {
        class: 'org.apache.kafka.connect.errors.DataException',
        rootCause: 'com.fasterxml.jackson.core.JsonParseException',
        message: null,
      },
      facts: {
        connector: 'jdbc-sink',
        task: '0',
        stage: 'VALUE_CONVERTER',
        component: 'org.apache.kafka.connect.json.JsonConverter',
      },
    },
  ],
  [
    'Connect, two hops: the last is the latest',
    ['orders', 'orders-dlq'].flatMap((topic, i) => [
      h('__connect.errors.topic', topic),
      h('__connect.errors.partition', String(i)),
      h('__connect.errors.offset', String(i)),
      h('__connect.errors.connector.name', `c${i}`),
    ]),
    { origin: { topic: 'orders' }, consumerGroup: 'connect-c1' },
  ],
  [
    'Streams',
    [
      h('__streams.errors.exception', 'org.apache.kafka.common.errors.SerializationException'),
      h('__streams.errors.message', 'Size of data received by LongDeserializer is not 8'),
      h('__streams.errors.stacktrace', 'org.apache.kafka.common.errors.SerializationException: Size\n'),
      h('__streams.errors.topic', 'orders'),
      h('__streams.errors.partition', '0'),
      h('__streams.errors.offset', '41'),
    ],
    {
      family: 'streams',
      origin: { topic: 'orders', partition: 0, offset: 41n },
      exception: { rootCause: 'org.apache.kafka.common.errors.SerializationException' },
      consumerGroup: null,
      notes: [],
    },
  ],
  [
    'Streams behind a repartition: an internal origin',
    [h('__streams.errors.topic', 'shop-by-customer-repartition'), h('__streams.errors.exception', 'a.B')],
    { origin: { topic: 'shop-by-customer-repartition' }, notes: ['internal-origin'] },
  ],
  [
    'a share group: a pointer by default',
    [
      h('__dlq.errors.topic', 'orders'),
      h('__dlq.errors.partition', '0'),
      h('__dlq.errors.offset', '7'),
      h('__dlq.errors.group', 'shippers'),
      x('__dlq.errors.delivery.count', '35'),
      h('__dlq.errors.message', 'Offset delivery count exceeded the threshold.'),
    ],
    {
      family: 'share',
      origin: { topic: 'orders', partition: 0, offset: 7n },
      consumerGroup: 'shippers',
      attempts: 5,
      exception: { class: null, message: 'Offset delivery count exceeded the threshold.' },
      notes: ['pointer', 'source-headers-lost'],
    },
    { key: null, value: null },
  ],
  [
    'a share group that copies records',
    [h('__dlq.errors.topic', 'orders'), h('__dlq.errors.message', 'Offset rejected by client.')],
    { notes: ['source-headers-lost'] },
  ],
  [
    'Spring Cloud Stream: binary',
    [
      h('x-original-topic', 'orders'),
      x('x-original-partition', '00000001'),
      x('x-original-offset', '0000000000000013'),
      x('x-original-timestamp', '000001a1eb3e8ee0'),
      h('x-original-timestamp-type', 'CreateTime'),
      h('x-exception-fqcn', 'org.springframework.messaging.MessageHandlingException'),
      h('x-exception-message', 'error occurred in message handler'),
      h(
        'x-exception-stacktrace',
        'org.springframework.messaging.MessageHandlingException: x\nCaused by: a.b.Boom\n',
      ),
    ],
    {
      family: 'cloud-stream',
      origin: { topic: 'orders', partition: 1, offset: 19n, timestampMs: AT },
      exception: { rootCause: 'a.b.Boom', message: 'error occurred in message handler' },
    },
  ],
  [
    'SmallRye: written in front, so the first occurrence is the newest',
    [
      h('dead-letter-exception-class-name', 'a.Second'),
      h('dead-letter-reason', 'second'),
      h('dead-letter-topic', 'orders-2'),
      h('dead-letter-partition', '1'),
      h('dead-letter-offset', '20'),
      h('dead-letter-exception-class-name', 'a.First'),
      h('dead-letter-cause-class-name', 'a.Cause'),
      h('dead-letter-cause', 'cause'),
      h('dead-letter-reason', 'first'),
      h('dead-letter-topic', 'orders'),
      h('dead-letter-partition', '0'),
      h('dead-letter-offset', '10'),
    ],
    {
      family: 'smallrye',
      origin: { topic: 'orders', partition: 0, offset: 10n },
      hops: [
        { topic: 'orders', partition: 0, offset: 10n, timestampMs: null },
        { topic: 'orders-2', partition: 1, offset: 20n, timestampMs: null },
      ],
      // The only cause may be the first failure's: it is not the second's.
      exception: { class: 'a.Second', rootCause: 'a.Second', message: 'second' },
    },
  ],
  [
    'SmallRye delayed retries: origin and time of the first, deliveries = retries + 1',
    [
      h('delayed-retry-exception-class-name', 'a.B'),
      h('delayed-retry-cause-class-name', 'a.Root'),
      h('delayed-retry-reason', 'again'),
      h('delayed-retry-topic', 'orders_retry_5000'),
      h('delayed-retry-partition', '0'),
      h('delayed-retry-offset', '3'),
      h('delayed-retry-exception-class-name', 'a.B'),
      h('delayed-retry-cause-class-name', 'a.Root'),
      h('delayed-retry-reason', 'once'),
      h('delayed-retry-topic', 'orders'),
      h('delayed-retry-partition', '2'),
      h('delayed-retry-offset', '1'),
      h('delayed-retry-original-timestamp', '1793800000000'),
      h('delayed-retry-count', '3'),
    ],
    {
      family: 'smallrye',
      origin: { topic: 'orders', partition: 2, offset: 1n, timestampMs: 1_793_800_000_000 },
      exception: { class: 'a.B', rootCause: 'a.Root', message: 'again' },
      attempts: 4,
    },
  ],
  [
    'Watermill: no partition, no offset',
    [
      h('reason_poisoned', 'out of stock'),
      h('topic_poisoned', 'orders'),
      h('handler_poisoned', 'reserve'),
      h('subscriber_poisoned', 'kafka.Subscriber'),
      h('_watermill_requeuer_retries', '2'),
    ],
    {
      family: 'watermill',
      origin: { topic: 'orders', partition: null, offset: null, timestampMs: null },
      exception: { class: null, rootCause: null, message: 'out of stock', stackTrace: null },
      attempts: 2,
      facts: { handler: 'reserve', subscriber: 'kafka.Subscriber' },
    },
  ],
]

const GENERIC: Case[] = [
  ...(
    [
      ['original-topic', 'error-message', 'retry-count'],
      ['original_topic', 'error_message', 'retry_count'],
      ['original.topic', 'error.message', 'retry.count'],
      ['originalTopic', 'errorMessage', 'retryCount'],
      ['x-original-topic', 'x-error-message', 'x-retry-count'],
      ['Original-Topic', 'ERROR-MESSAGE', 'Retry-Count'],
    ] as const
  ).map(
    ([topic, message, count]): Case => [
      `hand-written, ${topic}`,
      [h(topic, 'orders'), h(message, 'out of stock'), h(count, '1')],
      {
        family: 'generic',
        origin: { topic: 'orders', partition: null, offset: null, timestampMs: null },
        exception: { class: null, rootCause: null, message: 'out of stock', stackTrace: null },
        attempts: 1,
        consumerGroup: null,
      },
    ],
  ),
  [
    'an empty message is empty, not missing',
    [h('original-topic', 'a'), h('error-message', '')],
    { exception: { message: '' } },
  ],
  [
    'a null message is missing',
    [h('original-topic', 'a'), none('error-message')],
    { exception: { message: null } },
  ],
  [
    'duplicates: the last counts, the first is the origin',
    [h('original-topic', 'a'), h('original-topic', 'b'), h('retry-count', '1'), h('retry-count', '2')],
    { origin: { topic: 'a' }, attempts: 2 },
  ],
  [
    'eventferry',
    [
      h('dlq-reason', 'timeout'),
      h('dlq-error-class', 'TimeoutError'),
      h('dlq-original-topic', 'orders'),
      h('dlq-failed-at', '2026-10-05T03:04:05.000Z'),
      h('dlq-attempts', '5'),
      h('dlq-stack', 'TimeoutError: timeout\n    at call (/app/x.js:1:2)'),
    ],
    {
      family: 'generic',
      origin: { topic: 'orders' },
      exception: { class: 'TimeoutError', rootCause: 'TimeoutError', message: 'timeout' },
      attempts: 5,
      facts: { failedAt: '2026-10-05T03:04:05.000Z' },
    },
  ],
  [
    'a class in front of a Node trace',
    [h('original-topic', 'a'), h('error-stack', 'OutOfStockError: P-1\n    at x (/app/x.js:1:2)')],
    { exception: { class: 'OutOfStockError', rootCause: 'OutOfStockError' } },
  ],
  [
    'numbers that are no numbers stay null',
    [
      h('original-topic', 'a'),
      h('retry-count', 'many'),
      h('original-partition', '-1'),
      h('original-offset', '99999999999999999999'),
    ],
    { attempts: null, origin: { topic: 'a', partition: null, offset: null } },
  ],
  [
    'nothing that is known',
    [h('content-type', 'application/json')],
    { family: 'unknown', hops: [], attempts: null },
  ],
  ['nothing at all', [], { family: 'unknown', origin: { topic: null } }],
]

describe.each([
  ['spring', SPRING],
  ['spring-retry', SPRING_RETRY],
  ['connect, streams, share, cloud-stream, smallrye, watermill', OTHERS],
  ['generic, unknown', GENERIC],
])('%s', (_, cases) => {
  it.each(cases)('%s', (_name, headers, expected, record) => {
    expect(decodeDeadLetter(letter(headers, record))).toMatchObject(expected)
  })
})

describe('marks of an earlier replay', () => {
  it('are read whatever the family', () => {
    const headers = [
      ...spring({ topic: 'orders' }),
      h('x-replay-id', 'r1'),
      h('x-replay-count', '2'),
      h('x-replay-source', 'orders-dlt/2/1204'),
      h('x-replay-at', '2026-10-05T03:04:05.000Z'),
    ]
    expect(decodeDeadLetter(letter(headers)).replay).toEqual({
      id: 'r1',
      count: 2,
      source: { topic: 'orders-dlt', partition: 2, offset: 1204n },
      at: '2026-10-05T03:04:05.000Z',
    })
  })

  it.each(['', 'orders-dlt', 'a b/1/2', 'orders-dlt/-1/2', 'orders-dlt/1/2/3'])(
    'a source of %j is none',
    source => {
      expect(decodeDeadLetter(letter([h('x-replay-source', source)])).replay).toMatchObject({
        count: 1,
        source: null,
      })
    },
  )
})

describe('is it a dead letter by its headers alone?', () => {
  it.each([
    ['Spring', spring({ topic: 'a' }), true],
    ['Connect', [h('__connect.errors.topic', 'a')], true],
    ['an origin and a failure', [h('original-topic', 'a'), h('error-message', 'x')], true],
    ['an origin only: anybody moves records', [h('original-topic', 'a')], false],
    ['a retry count only', [h('retry-count', '1')], false],
    ['an error message only', [h('error-message', 'x')], false],
    ['a replayed record', [h('x-replay-count', '1'), h('traceparent', 'x')], false],
    ['nothing', [], false],
  ])('%s', (_, headers, expected) => {
    expect(looksLikeDeadLetter(headers)).toBe(expected)
  })
})
