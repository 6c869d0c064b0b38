import { bestRootCause, causeMessage, unwrapMessage } from './exception'
import { failuresOfSent } from './failures'
import * as read from './header-values'
import type { HeaderTable } from './headers'
import { type HopHeaders, readHops } from './hops'
import type { FamilyReader } from './types'

/**
 * Spring Cloud Stream's Kafka binder (KafkaMessageChannelBinder.getErrorMessageHandler): `x-original-*` with binary
 * numbers and `x-exception-*`, appended at each hop; topic `error.<destination>.<group>`. With embedded headers,
 * or none, a letter says nothing.
 */
const NAMES = new Set([
  ...['topic', 'partition', 'offset', 'timestamp', 'timestamp-type'].map(what => `x-original-${what}`),
  ...['fqcn', 'message', 'stacktrace'].map(what => `x-exception-${what}`),
])

const HOPS: HopHeaders = {
  topic: 'x-original-topic',
  partition: { name: 'x-original-partition', read: v => read.smallNumber(read.int32(v)) },
  offset: { name: 'x-original-offset', read: v => read.offset(read.int64(v)) },
  timestamp: { name: 'x-original-timestamp', read: v => read.timestamp(read.int64(v)) },
}

export const cloudStream: FamilyReader = {
  family: 'cloud-stream',
  // `x-original-topic` alone is anybody's.
  matches: headers =>
    headers.has('x-exception-fqcn') ||
    headers.has('x-exception-stacktrace') ||
    (headers.has('x-original-topic') &&
      (headers.has('x-exception-message') || headers.has('x-original-timestamp-type'))),
  hops: headers => readHops(headers, HOPS, 'last-is-latest'),
  read: (headers, { topic }) => {
    const thrown = read.name(headers.last('x-exception-fqcn'))
    const cause = read.name(headers.last('kafka_dlt-exception-cause-fqcn'))
    const stackTrace = read.text(headers.last('x-exception-stacktrace'))
    const message = withoutHandler(unwrapMessage(read.text(lastMessage(headers))))
    return {
      exception: {
        class: thrown,
        rootCause: bestRootCause(stackTrace, cause, thrown),
        message: message ?? causeMessage(stackTrace),
        stackTrace,
      },
      consumerGroup: read.name(headers.last('kafka_dlt-original-consumer-group')) ?? groupIn(topic, headers),
      attempts: null,
      facts: {},
      notes: [],
    }
  },
  // Sent without a time of its own the moment it is given up; how often it was tried, no header says.
  failures: (_headers, { timestampMs }) => failuresOfSent(timestampMs, null),
  owns: name => NAMES.has(name),
}

/** An exception without a message writes no header for it: with fewer messages than failures nobody knows whose. */
function lastMessage(headers: HeaderTable): Uint8Array | null | undefined {
  const messages = headers.all('x-exception-message')
  return messages.length < headers.all('x-exception-fqcn').length ? null : messages.at(-1)
}

/** The binder's own name of the topic, unless `dlqName` says another one: it holds the group. */
function groupIn(topic: string, headers: HeaderTable): string | null {
  const destination = read.name(headers.last('x-original-topic'))
  const start = `error.${destination}.`
  return destination !== null && topic.startsWith(start) ? topic.slice(start.length) || null : null
}

/** What Spring Integration says whatever its handler met. */
const HANDLER = [
  'error occurred in message handler [',
  'Dispatcher failed to deliver Message',
  'Exception thrown while invoking ',
]
const NESTED = '; nested exception is '

/** What went wrong inside a handler, where the message has it (Spring before 6); null where only the cause does. */
function withoutHandler(message: string | null): string | null {
  if (message === null || !HANDLER.some(start => message.startsWith(start))) return message
  const at = message.indexOf(NESTED)
  return at < 0 ? null : unwrapMessage(message.slice(at + 2))
}
