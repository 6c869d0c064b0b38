import { EMPTY_CARD, type StockReserved } from './events.ts'
import { LISTENER_FRAMES, type Throwable } from './java-trace.ts'
import { DESERIALIZATION } from './spring-dead-letter.ts'

/** Spring names the method in the message of its wrapper. */
export const PAYMENT_LISTENER =
  'public void kr.hanbit.payment.PaymentListener.onStockReserved(kr.hanbit.payment.StockReserved)'
export const NOTIFICATION_LISTENER =
  'public void kr.hanbit.notification.NotificationListener.onPaymentAuthorized(kr.hanbit.notification.PaymentAuthorized)'

/** An account without money is given ten minutes until somebody pays in. */
export const TOP_UP_MS = 10 * 60_000

const service = (line: number) => [
  `kr.hanbit.payment.PaymentService.authorize(PaymentService.java:${line})`,
  'kr.hanbit.payment.PaymentListener.onStockReserved(PaymentListener.java:41)',
  ...LISTENER_FRAMES,
]

/** The bank says no. */
const cardDeclined = (order: StockReserved): Throwable => ({
  className: 'kr.hanbit.payment.CardDeclinedException',
  message: `잔액이 부족합니다 (insufficient funds): order ${order.orderId}, card ${order.payment.card}, code 51`,
  frames: [
    `kr.hanbit.payment.provider.CardGateway.rejectUnlessApproved(CardGateway.java:117)`,
    `kr.hanbit.payment.provider.CardGateway.authorize(CardGateway.java:88)`,
    ...service(63),
  ],
})

/** The provider is down: nothing answers in time. */
const providerTimeout = (order: StockReserved): Throwable => ({
  className: 'org.springframework.web.client.ResourceAccessException',
  message: `I/O error on POST request for "https://api.${order.payment.provider}.example/v2/authorizations": Read timed out`,
  frames: [
    'org.springframework.web.client.DefaultRestClient$DefaultRequestBodyUriSpec.createResourceAccessException(DefaultRestClient.java:697)',
    'org.springframework.web.client.DefaultRestClient$DefaultRequestBodyUriSpec.exchangeInternal(DefaultRestClient.java:582)',
    'kr.hanbit.payment.provider.ProviderClient.post(ProviderClient.java:54)',
    'kr.hanbit.payment.provider.ProviderClient.authorize(ProviderClient.java:36)',
    ...service(66),
  ],
  cause: {
    className: 'java.net.SocketTimeoutException',
    message: 'Read timed out',
    frames: [
      'java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278)',
      'java.base/sun.nio.ch.NioSocketImpl.implRead(NioSocketImpl.java:304)',
      'java.base/java.net.Socket$SocketInputStream.read(Socket.java:1099)',
      'java.base/sun.net.www.http.HttpClient.parseHTTP(HttpClient.java:757)',
      'java.base/sun.net.www.protocol.http.HttpURLConnection.getInputStream(HttpURLConnection.java:1528)',
      'org.springframework.http.client.SimpleClientHttpRequest.executeInternal(SimpleClientHttpRequest.java:71)',
    ],
  },
})

/** Nobody thought of guests. */
const missingAddress = (): Throwable => ({
  className: 'java.lang.NullPointerException',
  message:
    'Cannot invoke "kr.hanbit.payment.Address.postcode()" because the return value of "kr.hanbit.payment.StockReserved.billingAddress()" is null',
  frames: [
    'kr.hanbit.payment.fraud.AddressCheck.score(AddressCheck.java:29)',
    'kr.hanbit.payment.fraud.FraudRules.lambda$evaluate$0(FraudRules.java:44)',
    'java.base/java.util.stream.ReferencePipeline$3$1.accept(ReferencePipeline.java:197)',
    'java.base/java.util.stream.ReferencePipeline.reduce(ReferencePipeline.java:657)',
    'kr.hanbit.payment.fraud.FraudRules.evaluate(FraudRules.java:45)',
    ...service(58),
  ],
})

/** The value is no event, or not of the types that the listener's class declares. */
export function unreadable(topic: string, reason: Throwable): Throwable {
  return {
    className: DESERIALIZATION,
    message: 'failed to deserialize',
    frames: [
      'org.springframework.kafka.support.serializer.SerializationUtils.deserializationException(SerializationUtils.java:158)',
      'org.springframework.kafka.support.serializer.ErrorHandlingDeserializer.deserialize(ErrorHandlingDeserializer.java:218)',
      'org.apache.kafka.common.serialization.Deserializer.deserialize(Deserializer.java:73)',
      'org.apache.kafka.clients.consumer.internals.CompletedFetch.parseRecord(CompletedFetch.java:330)',
      'org.apache.kafka.clients.consumer.internals.CompletedFetch.fetchRecords(CompletedFetch.java:284)',
      'org.apache.kafka.clients.consumer.KafkaConsumer.poll(KafkaConsumer.java:873)',
      'java.base/java.lang.Thread.run(Thread.java:1583)',
    ],
    cause: {
      className: 'org.apache.kafka.common.errors.SerializationException',
      message: `Can't deserialize data from topic [${topic}]`,
      frames: [
        'org.springframework.kafka.support.serializer.JacksonJsonDeserializer.deserialize(JacksonJsonDeserializer.java:612)',
      ],
      cause: reason,
    },
  }
}

const JACKSON_FRAMES = [
  'tools.jackson.databind.DeserializationContext.weirdStringException(DeserializationContext.java:2094)',
  'tools.jackson.databind.deser.bean.BeanDeserializer.deserialize(BeanDeserializer.java:184)',
]

/** The value is JSON, but its amount is no number. */
const amountNotNumber = (amount: string, bytes: Uint8Array): Throwable => ({
  className: 'tools.jackson.databind.exc.InvalidFormatException',
  message: `Cannot deserialize value of type \`long\` from String "${amount}": not a valid \`long\` value\n at [Source: (byte[])[${bytes.length} bytes]; byte offset: #${Buffer.from(bytes).indexOf('"amount"') + 10}] (through reference chain: kr.hanbit.payment.StockReserved["amount"])`,
  frames: JACKSON_FRAMES,
})

/** Somebody published something else here. */
export const notAnEvent = (className: string): Throwable => ({
  className: 'tools.jackson.databind.exc.MismatchedInputException',
  message: `Cannot construct instance of \`${className}\`: the value is not such an event`,
  frames: JACKSON_FRAMES,
})

/** A text message needs a number. */
export const invalidRecipient = (phone: string): Throwable => ({
  className: 'kr.hanbit.notification.InvalidRecipientException',
  message: `수신 번호가 올바르지 않습니다: "${phone}"`,
  frames: [
    'kr.hanbit.notification.sms.SmsSender.requireNumber(SmsSender.java:72)',
    'kr.hanbit.notification.sms.SmsSender.send(SmsSender.java:48)',
    'kr.hanbit.notification.NotificationListener.onPaymentAuthorized(NotificationListener.java:33)',
    ...LISTENER_FRAMES,
  ],
})

/** What payment needs to know of the world outside. */
export interface Conditions {
  nowMs: number
  isDown(provider: string): boolean
  /** Guests were thought of: a release that mends the null is out. */
  addressBugFixed: boolean
}

/** Why this order can't be paid now, in the order in which the service would find out; null when it can. */
export function whyUnpaid(
  order: StockReserved,
  topic: string,
  bytes: Uint8Array,
  conditions: Conditions,
): Throwable | null {
  if (typeof order.amount !== 'number') return unreadable(topic, amountNotNumber(order.amount, bytes))
  if (order.billingAddress === null && !conditions.addressBugFixed) return missingAddress()
  if (order.payment.card === EMPTY_CARD && conditions.nowMs - Date.parse(order.orderedAt) < TOP_UP_MS)
    return cardDeclined(order)
  if (conditions.isDown(order.payment.provider)) return providerTimeout(order)
  return null
}
