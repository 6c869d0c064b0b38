import { expect, it } from 'vitest'
import { decodeDeadLetter } from './decode'
import { type Case, h, letter, none, SPRING_AT, x } from './testing'

/** One hop as Spring Cloud Stream's binder appends it; an exception without a message writes no header for it. */
const cloudHop = (
  topic: string,
  offset: string,
  thrown: string,
  message: string | null,
  trace = `${thrown}\n`,
) => [
  h('x-original-topic', topic),
  x('x-original-partition', '00000001'),
  x('x-original-offset', offset),
  x('x-original-timestamp', '000001a1eb3e8ee0'),
  h('x-original-timestamp-type', 'CreateTime'),
  h('x-exception-fqcn', thrown),
  ...(message === null ? [] : [h('x-exception-message', message)]),
  h('x-exception-stacktrace', trace),
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
      // It keeps the time of its source.
      failures: { firstMs: null, lastMs: null },
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
      origin: { topic: 'orders', partition: 1, offset: 19n, timestampMs: SPRING_AT },
      exception: { rootCause: 'a.b.Boom', message: 'error occurred in message handler' },
    },
  ],
  [
    'Spring Cloud Stream, two hops: appended, the last is the latest; a message that is not there is not the first one’s',
    [
      ...cloudHop('orders', '0000000000000001', 'a.First', 'first'),
      ...cloudHop('orders-again', '0000000000000002', 'a.Second', null),
    ],
    {
      family: 'cloud-stream',
      origin: { topic: 'orders', partition: 1, offset: 1n },
      hops: [
        { topic: 'orders', partition: 1, offset: 1n, timestampMs: SPRING_AT },
        { topic: 'orders-again', partition: 1, offset: 2n, timestampMs: SPRING_AT },
      ],
      exception: { class: 'a.Second', rootCause: 'a.Second', message: null },
    },
  ],
  [
    'Spring Cloud Stream: the handler’s wrapper of Spring 5 is taken off',
    cloudHop(
      'orders',
      '0000000000000001',
      'org.springframework.messaging.MessageDeliveryException',
      'Dispatcher failed to deliver Message; nested exception is java.lang.RuntimeException: no stock',
    ),
    { exception: { message: 'no stock' } },
  ],
  [
    'Spring Cloud Stream: the wrapper of Spring 6 names a handler, which differs from start to start; the cause has the words',
    [
      ...cloudHop(
        'orders',
        '0000000000000001',
        'org.springframework.messaging.MessageHandlingException',
        'error occurred in message handler [a.FunctionConfiguration$FunctionToDestinationBinder$1@3dc82e6]',
        'org.springframework.messaging.MessageHandlingException: error occurred, failedMessage=GenericMessage [payload=byte[4]]\n\tat a.B.c(B.java:1)\nCaused by: com.acme.StockException: no stock\n\tat com.acme.Orders.take(Orders.java:7)\n',
      ),
    ],
    { exception: { rootCause: 'com.acme.StockException', message: 'no stock' } },
  ],
  [
    'Spring Cloud Stream: the topic’s default name tells the group; sent without a time when it is given up',
    cloudHop('orders.v1', '0000000000000001', 'a.B', 'x'),
    { consumerGroup: 'pay.ment', attempts: null, failures: { firstMs: null, lastMs: 1_793_800_000_000 } },
    { topic: 'error.orders.v1.pay.ment' },
  ],
  [
    'Spring Cloud Stream: a topic of another name tells no group',
    cloudHop('orders', '0000000000000001', 'a.B', 'x'),
    { consumerGroup: null },
    { topic: 'error.orders-returned.payment' },
  ],
  [
    'Spring Cloud Stream by Spring Kafka’s recoverer under the binder’s names',
    [
      ...cloudHop('orders', '0000000000000001', 'a.Wrapper', 'x', ''),
      h('kafka_dlt-exception-cause-fqcn', 'a.Cause'),
      h('kafka_dlt-original-consumer-group', 'payment'),
    ],
    {
      family: 'cloud-stream',
      origin: { topic: 'orders', partition: 1, offset: 1n },
      consumerGroup: 'payment',
      exception: { rootCause: 'a.Cause' },
    },
  ],
  [
    'Spring Cloud Stream without a time, its numbers too short: what does not fit is unknown',
    [
      h('x-original-topic', 'orders'),
      x('x-original-partition', '0001'),
      x('x-original-offset', '00'),
      x('x-original-timestamp', 'ffffffffffffffff'),
      h('x-original-timestamp-type', 'NoTimestampType'),
    ],
    {
      family: 'cloud-stream',
      origin: { topic: 'orders', partition: null, offset: null, timestampMs: null },
      exception: { class: null, rootCause: null, message: null, stackTrace: null },
    },
  ],
  [
    'Spring Cloud Stream with headers embedded in the value, or none: nothing is known',
    [],
    { family: 'unknown' },
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
      h('delayed-retry-first-processing-timestamp', '1793800001000'),
      h('delayed-retry-count', '3'),
    ],
    {
      family: 'smallrye',
      origin: { topic: 'orders', partition: 2, offset: 1n, timestampMs: 1_793_800_000_000 },
      exception: { class: 'a.B', rootCause: 'a.Root', message: 'again' },
      attempts: 4,
      failures: { firstMs: 1_793_800_001_000, lastMs: 1_793_800_000_000 },
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
      // Brought back twice: delivered three times.
      attempts: 3,
      failures: { firstMs: null, lastMs: 1_793_800_000_000 },
      facts: { handler: 'reserve', subscriber: 'kafka.Subscriber' },
    },
  ],
  [
    'Watermill before it named topic and handler: the reason alone',
    [h('_watermill_message_uuid', 'b6f1'), h('reason_poisoned', 'out of stock')],
    {
      family: 'watermill',
      origin: { topic: null, partition: null, offset: null, timestampMs: null },
      hops: [],
      exception: { message: 'out of stock' },
      attempts: null,
      facts: {},
    },
  ],
  [
    'Watermill outside a router: names that are there and empty are unknown',
    ['reason', 'topic', 'handler', 'subscriber'].map(what => h(`${what}_poisoned`, '')),
    {
      family: 'watermill',
      origin: { topic: null, partition: null, offset: null, timestampMs: null },
      exception: { message: '' },
      facts: {},
    },
  ],
  [
    'Watermill: a panic tells its stack behind its words',
    [
      h('topic_poisoned', 'orders'),
      h(
        'reason_poisoned',
        'panic occurred: "no stock", stacktrace: \ngoroutine 42 [running]:\nmain.reserve(0xc000010000)\n\t/app/reserve.go:17 +0x1d\n',
      ),
    ],
    {
      exception: {
        message: 'panic occurred: "no stock"',
        stackTrace: 'goroutine 42 [running]:\nmain.reserve(0xc000010000)\n\t/app/reserve.go:17 +0x1d\n',
      },
    },
  ],
  [
    'Watermill that failed again behind its poison queue: metadata is a map, only the last place is there',
    [h('topic_poisoned', 'orders_poison'), h('reason_poisoned', 'again'), h('requeuer_retries', '1')],
    { origin: { topic: 'orders_poison' }, attempts: 2 },
  ],
  [
    'Watermill with a count that is none, a delay and a reason of several lines',
    [
      h('topic_poisoned', 'orders'),
      h('reason_poisoned', 'no stock\ncannot publish'),
      h('_watermill_requeuer_retries', 'many'),
      h('_watermill_delayed_until', '2026-11-21T00:00:00Z'),
      h('_watermill_delayed_for', '10s'),
    ],
    { family: 'watermill', attempts: null, exception: { message: 'no stock\ncannot publish' } },
  ],
]

it.each(OTHERS)('%s', (_name, headers, expected, record) => {
  expect(decodeDeadLetter(letter(headers, record))).toMatchObject(expected)
})
