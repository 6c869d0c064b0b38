import { bestRootCause, unwrapMessage } from './exception'
import * as read from './header-values'
import { type HopHeaders, readHops } from './hops'
import type { FamilyReader } from './types'

/**
 * Spring Cloud Stream's Kafka binder: `x-original-*` with binary numbers, `x-exception-*`; topic
 * `error.<destination>.<group>`.
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
  read: headers => {
    const thrown = read.name(headers.last('x-exception-fqcn'))
    const stackTrace = read.text(headers.last('x-exception-stacktrace'))
    return {
      exception: {
        class: thrown,
        rootCause: bestRootCause(stackTrace, null, thrown),
        message: unwrapMessage(read.text(headers.last('x-exception-message'))),
        stackTrace,
      },
      consumerGroup: null,
      attempts: null,
      facts: {},
      notes: [],
    }
  },
  owns: name => NAMES.has(name),
}
