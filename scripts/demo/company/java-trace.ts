/** A Java throwable, as far as its stack trace shows it. */
export interface Throwable {
  className: string
  message: string | null
  /** Innermost first, without `at`. */
  frames: readonly string[]
  cause?: Throwable
}

const headline = ({ className, message }: Throwable) =>
  message === null ? className : `${className}: ${message}`

/** What `printStackTrace()` prints: a cause repeats none of the frames that its wrapper shares with it. */
export function printStackTrace(thrown: Throwable, shared = 0): string {
  const lines = [headline(thrown), ...thrown.frames.map(frame => `\tat ${frame}`)]
  if (shared > 0) lines.push(`\t... ${shared} more`)
  const { cause } = thrown
  if (!cause) return `${lines.join('\n')}\n`
  return `${lines.join('\n')}\nCaused by: ${printStackTrace(cause, thrown.frames.length - 1)}`
}

/** The last of the chain of causes. */
export const rootCause = (thrown: Throwable): Throwable => (thrown.cause ? rootCause(thrown.cause) : thrown)

const CONTAINER = 'org.springframework.kafka.listener.KafkaMessageListenerContainer$ListenerConsumer'

/** How a record came to its listener in Spring Kafka 4.1 on Java 21. */
export const CONTAINER_FRAMES = [
  `${CONTAINER}.decorateException(KafkaMessageListenerContainer.java:2986)`,
  `${CONTAINER}.doInvokeOnMessage(KafkaMessageListenerContainer.java:2941)`,
  `${CONTAINER}.invokeOnMessage(KafkaMessageListenerContainer.java:2905)`,
  `${CONTAINER}.lambda$doInvokeRecordListener$53(KafkaMessageListenerContainer.java:2824)`,
  'io.micrometer.observation.Observation.observe(Observation.java:565)',
  `${CONTAINER}.doInvokeRecordListener(KafkaMessageListenerContainer.java:2822)`,
  `${CONTAINER}.doInvokeWithRecords(KafkaMessageListenerContainer.java:2672)`,
  `${CONTAINER}.invokeRecordListener(KafkaMessageListenerContainer.java:2558)`,
  `${CONTAINER}.invokeListener(KafkaMessageListenerContainer.java:2200)`,
  `${CONTAINER}.pollAndInvoke(KafkaMessageListenerContainer.java:1517)`,
  `${CONTAINER}.run(KafkaMessageListenerContainer.java:1405)`,
  'java.base/java.util.concurrent.CompletableFuture$AsyncRun.run(CompletableFuture.java:1804)',
  'java.base/java.lang.Thread.run(Thread.java:1583)',
] as const

/** Between the container and the application's method. */
export const LISTENER_FRAMES = [
  'java.base/jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:103)',
  'java.base/java.lang.reflect.Method.invoke(Method.java:580)',
  'org.springframework.messaging.handler.invocation.InvocableHandlerMethod.doInvoke(InvocableHandlerMethod.java:169)',
  'org.springframework.kafka.listener.adapter.HandlerAdapter.invoke(HandlerAdapter.java:70)',
  'org.springframework.kafka.listener.adapter.MessagingMessageListenerAdapter.invokeHandler(MessagingMessageListenerAdapter.java:463)',
  'org.springframework.kafka.listener.adapter.RecordMessagingMessageListenerAdapter.onMessage(RecordMessagingMessageListenerAdapter.java:79)',
  `${CONTAINER}.doInvokeOnMessage(KafkaMessageListenerContainer.java:2928)`,
] as const
