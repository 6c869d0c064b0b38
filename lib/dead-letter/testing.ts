import type { DeadLetterInput, DecodedDeadLetter, HeaderBytes } from './types'

/** Headers for tests: `h` as text, `x` as hex, `none` a null value. */
const utf8 = new TextEncoder()

export const h = (name: string, value: string): HeaderBytes => ({
  name: utf8.encode(name),
  value: utf8.encode(value),
})

export const x = (name: string, hex: string): HeaderBytes => ({
  name: utf8.encode(name),
  value: fromHex(hex),
})

export const none = (name: string): HeaderBytes => ({ name: utf8.encode(name), value: null })

export const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16))

export const letter = (headers: HeaderBytes[], over: Partial<DeadLetterInput> = {}): DeadLetterInput => ({
  topic: 'orders-dlt',
  partition: 2,
  offset: 7n,
  timestampMs: 1_793_800_000_000,
  headers,
  key: utf8.encode('A-1'),
  value: utf8.encode('{}'),
  ...over,
})

export const SPRING_TRACE = `org.springframework.kafka.listener.ListenerExecutionFailedException: Listener method 'public void com.acme.pay.PaymentListener.onOrder(com.acme.pay.Order)' threw exception
\tat org.springframework.kafka.listener.adapter.MessagingMessageListenerAdapter.invokeHandler(MessagingMessageListenerAdapter.java:505)
\tat java.base/java.lang.Thread.run(Thread.java:1583)
Caused by: com.acme.pay.CardDeclinedException: card 4711 declined
\tat com.acme.pay.PaymentService.charge(PaymentService.java:41)
\tat com.acme.pay.PaymentListener.onOrder(PaymentListener.java:22)
\tat java.base/jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:103)
\t... 12 more
Caused by: java.net.SocketTimeoutException: Read timed out
\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278)
\tat app//com.acme.pay.Gateway.call(Gateway.java:99)
\tat com.acme.pay.Gateway$$SpringCGLIB$$0.call(<generated>)
\tat com.acme.pay.Gateway.lambda$retry$3(Gateway.java:80)
\t... 14 more
`

/** Headers and what must be read out of them. */
export type Expected = Partial<Omit<DecodedDeadLetter, 'exception' | 'origin'>> & {
  exception?: Partial<DecodedDeadLetter['exception']>
  origin?: Partial<DecodedDeadLetter['origin']>
}
export type Case = [
  name: string,
  headers: HeaderBytes[],
  expected: Expected,
  record?: Partial<DeadLetterInput>,
]

/** One hop as Spring Kafka writes it; its time is `SPRING_AT`. */
export const springHop = (n: { topic: string; offset?: string; message?: string }): HeaderBytes[] => [
  h('kafka_dlt-original-topic', n.topic),
  x('kafka_dlt-original-partition', '00000002'),
  x('kafka_dlt-original-offset', n.offset ?? '000000000000000e'),
  x('kafka_dlt-original-timestamp', '000001a1eb3e8ee0'),
  h('kafka_dlt-original-timestamp-type', 'CreateTime'),
  h('kafka_dlt-original-consumer-group', 'payment'),
]

export const SPRING_AT = 0x1a1eb3e8ee0
