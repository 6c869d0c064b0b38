import type { RecordHeader } from '@/server/kafka/port'

/** Dead letters as each family writes them: 2 KB, of which a stack trace is one. */

const TRACE_BYTES = 1024
const VALUE_BYTES = 700

const text = (name: string, value: string): RecordHeader => ({
  name: Buffer.from(name),
  value: Buffer.from(value),
})

function number(name: string, bytes: 4 | 8, value: number): RecordHeader {
  const buffer = Buffer.alloc(bytes)
  if (bytes === 4) buffer.writeInt32BE(value)
  else buffer.writeBigInt64BE(BigInt(value))
  return { name: Buffer.from(name), value: buffer }
}

/** A trace as Java prints it, with the application's frames among a framework's. */
function traceOf(message: string, service: string): string {
  const lines = [
    'org.springframework.kafka.listener.ListenerExecutionFailedException: Listener failed',
    '\tat org.springframework.kafka.listener.KafkaMessageListenerContainer.decorate(KafkaMessageListenerContainer.java:2979)',
    `Caused by: com.acme.${service}.DeclinedException: ${message}`,
    `\tat com.acme.${service}.Service.charge(Service.java:41)`,
    `\tat com.acme.${service}.Listener.onOrder(Listener.java:22)`,
  ]
  while (lines.join('\n').length < TRACE_BYTES)
    lines.push(`\tat org.springframework.kafka.listener.Adapter.invoke${lines.length}(Adapter.java:505)`)
  return lines.join('\n')
}

const fill = (n: number) =>
  JSON.stringify({
    orderId: `ORD-${n}`,
    customer: { id: `C-${n % 977}`, name: '김하늘' },
    amount: 1000 + (n % 90_000),
    memo: 'x'.repeat(VALUE_BYTES - 100),
  })

export type Sample = { key: Buffer; value: Buffer; headers: RecordHeader[] }
type Facts = { topic: string; offset: number; message: string; trace: string }

const FAMILIES: Record<string, (facts: Facts) => RecordHeader[]> = {
  spring: ({ topic, offset, message, trace }) => [
    text('kafka_dlt-exception-fqcn', 'org.springframework.kafka.listener.ListenerExecutionFailedException'),
    text('kafka_dlt-exception-cause-fqcn', 'com.acme.pay.DeclinedException'),
    text('kafka_dlt-exception-message', `Listener failed; ${message}`),
    text('kafka_dlt-exception-stacktrace', trace),
    text('kafka_dlt-original-topic', topic),
    number('kafka_dlt-original-partition', 4, offset % 4),
    number('kafka_dlt-original-offset', 8, offset),
    number('kafka_dlt-original-timestamp', 8, 1_793_800_000_000),
    text('kafka_dlt-original-timestamp-type', 'CreateTime'),
    text('kafka_dlt-original-consumer-group', 'payment-service'),
  ],
  'spring-retry': ({ topic, offset, message, trace }) => [
    text('kafka_exception-fqcn', 'com.acme.pay.DeclinedException'),
    text('kafka_exception-message', `Listener failed; ${message}`),
    text('kafka_exception-stacktrace', trace),
    text('kafka_original-topic', topic),
    number('kafka_original-partition', 4, offset % 4),
    number('kafka_original-offset', 8, offset),
    text('kafka_dlt-original-consumer-group', 'payment-service'),
    ...[2, 3, 4].map(attempt => number('retry_topic-attempts', 4, attempt)),
  ],
  connect: ({ topic, offset, message, trace }) => [
    text('__connect.errors.topic', topic),
    text('__connect.errors.partition', String(offset % 4)),
    text('__connect.errors.offset', String(offset)),
    text('__connect.errors.connector.name', 'jdbc-sink'),
    text('__connect.errors.task.id', '0'),
    text('__connect.errors.stage', 'VALUE_CONVERTER'),
    text('__connect.errors.class.name', 'org.apache.kafka.connect.json.JsonConverter'),
    text('__connect.errors.exception.class.name', 'org.apache.kafka.connect.errors.DataException'),
    text('__connect.errors.exception.message', message),
    text('__connect.errors.exception.stacktrace', trace),
  ],
  streams: ({ topic, offset, message, trace }) => [
    text('__streams.errors.exception', 'org.apache.kafka.common.errors.SerializationException'),
    text('__streams.errors.message', message),
    text('__streams.errors.stacktrace', trace),
    text('__streams.errors.topic', topic),
    text('__streams.errors.partition', String(offset % 4)),
    text('__streams.errors.offset', String(offset)),
  ],
  share: ({ topic, offset }) => [
    text('__dlq.errors.topic', topic),
    text('__dlq.errors.partition', String(offset % 4)),
    text('__dlq.errors.offset', String(offset)),
    text('__dlq.errors.group', 'share-orders'),
    text('__dlq.errors.delivery.count', '5'),
    text('__dlq.errors.message', 'Offset delivery count exceeded the threshold.'),
  ],
  'cloud-stream': ({ topic, offset, message, trace }) => [
    text('x-original-topic', topic),
    number('x-original-partition', 4, offset % 4),
    number('x-original-offset', 8, offset),
    number('x-original-timestamp', 8, 1_793_800_000_000),
    text('x-original-timestamp-type', 'CreateTime'),
    text('x-exception-fqcn', 'com.acme.pay.DeclinedException'),
    text('x-exception-message', message),
    text('x-exception-stacktrace', trace),
  ],
  smallrye: ({ topic, offset, message }) => [
    text('dead-letter-exception-class-name', 'com.acme.pay.DeclinedException'),
    text('dead-letter-reason', message),
    text('dead-letter-topic', topic),
    text('dead-letter-partition', String(offset % 4)),
    text('dead-letter-offset', String(offset)),
  ],
  watermill: ({ topic, message }) => [
    text('reason_poisoned', message),
    text('topic_poisoned', topic),
    text('handler_poisoned', 'charge'),
    text('subscriber_poisoned', 'orders'),
  ],
  generic: ({ topic, message, trace }) => [
    text('original-topic', topic),
    text('error-message', message),
    text('error-stack', trace),
    text('retry-count', '3'),
  ],
}
export const SAMPLED_FAMILIES = Object.keys(FAMILIES)

/** The n-th letter of a topic; forty failures take turns. */
export function letterSample(family: string, topic: string, n: number): Sample {
  const service = `pay${n % 40}`
  const message = `card ${n} of order ${n % 1000} declined by ${service}`
  const facts = { topic: topic.replace(/-dlt$/, ''), offset: n, message, trace: traceOf(message, service) }
  return {
    key: Buffer.from(`order-${n}`),
    value: Buffer.from(fill(n)),
    headers: FAMILIES[family]?.(facts) ?? [],
  }
}
