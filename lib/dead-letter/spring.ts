import { bestRootCause, tellingMessage, unwrapMessage } from './exception'
import { failuresOfSent } from './failures'
import * as read from './header-values'
import type { HeaderTable } from './headers'
import { type HopHeaders, readHops } from './hops'
import type { FamilyReader, Note, Origin } from './types'

/**
 * Spring Kafka's DeadLetterPublishingRecoverer (KafkaHeaders.DLT_*): binary numbers, `original-*` appended at each hop,
 * `exception-*` replaced. A failed key writes its own exception set, with or without the value's.
 */
const PREFIX = 'kafka_dlt-'
type Prefix = typeof PREFIX | 'kafka_'
/** Retry topics write this one too, under the same name: alone it says nothing. */
const GROUP = 'kafka_dlt-original-consumer-group'
const DESERIALISATION = 'org.springframework.kafka.support.serializer.DeserializationException'

export const spring: FamilyReader = {
  family: 'spring',
  matches: headers => {
    for (const name of headers.names()) if (name.startsWith(PREFIX) && name !== GROUP) return true
    return false
  },
  hops: headers => springHops(headers, PREFIX),
  read: headers => ({
    ...readSpring(headers, PREFIX),
    attempts: deliveryAttempt(headers),
    facts: {},
  }),
  // The recoverer sets no time: the letter's own is when it was published.
  failures: (headers, { timestampMs }) =>
    failuresOfSent(
      timestampMs,
      headers.all(`${PREFIX}original-topic`).length > 1 ? null : deliveryAttempt(headers),
    ),
  owns: name =>
    name.startsWith(PREFIX) ||
    name.startsWith('springDeserializerException') ||
    name === 'kafka_deliveryAttempt',
}

/** Only where the container is told to count. */
export const deliveryAttempt = (headers: HeaderTable): number | null =>
  read.smallNumber(read.int32(headers.last('kafka_deliveryAttempt')))

export function springHops(headers: HeaderTable, prefix: Prefix): Origin[] {
  return readHops(headers, HOP_NAMES[prefix], 'last-is-latest')
}

function hopNames(prefix: string): HopHeaders {
  return {
    topic: `${prefix}original-topic`,
    partition: { name: `${prefix}original-partition`, read: v => read.smallNumber(read.int32(v)) },
    offset: { name: `${prefix}original-offset`, read: v => read.offset(read.int64(v)) },
    timestamp: { name: `${prefix}original-timestamp`, read: v => read.timestamp(read.int64(v)) },
  }
}

const HOP_NAMES = { 'kafka_dlt-': hopNames('kafka_dlt-'), kafka_: hopNames('kafka_') }

function exceptionNames(prefix: string) {
  return {
    keyPrefix: `${prefix}key-exception-`,
    cause: `${prefix}exception-cause-fqcn`,
    class: [`${prefix}exception-fqcn`, `${prefix}key-exception-fqcn`],
    stackTrace: [`${prefix}exception-stacktrace`, `${prefix}key-exception-stacktrace`],
    message: [`${prefix}exception-message`, `${prefix}key-exception-message`],
  } as const
}

/** Put together once: a name that is made anew is looked up slowly. */
const EXCEPTION_NAMES = { 'kafka_dlt-': exceptionNames('kafka_dlt-'), kafka_: exceptionNames('kafka_') }

/** Exception and group, the same for both of Spring's prefixes. */
export function readSpring(headers: HeaderTable, prefix: Prefix) {
  const names = EXCEPTION_NAMES[prefix]
  const part = ([ofValue, ofKey]: readonly [string, string]) => {
    const value = headers.last(ofValue)
    return value === undefined ? headers.last(ofKey) : value
  }
  const thrown = read.name(part(names.class))
  const cause = read.name(headers.last(names.cause))
  const stackTrace = read.text(part(names.stackTrace))
  const notes: Note[] = []
  if (headers.hasPrefix(names.keyPrefix)) notes.push('key-deserialisation')
  const valueRead = headers.has(names.message[0]) || headers.has(names.class[0])
  if (valueRead && (thrown === DESERIALISATION || cause === DESERIALISATION))
    notes.push('value-deserialisation')
  if (headers.hasPrefix('springDeserializerException')) notes.push('exception-serialised')
  return {
    exception: {
      class: thrown,
      rootCause: bestRootCause(stackTrace, cause, thrown),
      message: tellingMessage(unwrapMessage(read.text(part(names.message))), stackTrace),
      stackTrace,
    },
    consumerGroup: read.name(headers.last(GROUP)),
    notes,
  }
}
