import { failuresOfSent } from './failures'
import * as read from './header-values'
import type { HeaderTable } from './headers'
import { deliveryAttempt, readSpring, springHops } from './spring'
import type { FamilyReader } from './types'

/**
 * Spring's `@RetryableTopic`: `kafka_original-*`, `kafka_exception-*` without `dlt`; only the first origin is kept.
 * `retry_topic-*` is appended at each retry and the last counts: attempts is the number of the next delivery
 * (int32; one byte in old versions), times are `BigInteger.toByteArray()`.
 */
const PREFIXES = ['kafka_original-', 'kafka_exception-', 'kafka_key-exception-', 'retry_topic-']

export const springRetry: FamilyReader = {
  family: 'spring-retry',
  matches: headers => PREFIXES.some(prefix => headers.hasPrefix(prefix)),
  hops: headers => {
    const hops = springHops(headers, 'kafka_')
    const [first] = hops
    if (first && first.timestampMs === null)
      first.timestampMs = read.timestamp(read.bigInteger(headers.first('retry_topic-original-timestamp')))
    return hops
  },
  read: headers => {
    return { ...readSpring(headers, 'kafka_'), attempts: attemptsOf(headers), facts: {} }
  },
  // As Spring's: sent without a time of its own. `retry_topic-original-timestamp` is the source record's, not a
  // failure's, and `retry_topic-backoff-timestamp` is when the next delivery is due.
  failures: (headers, { timestampMs }) => failuresOfSent(timestampMs, attemptsOf(headers)),
  owns: name => PREFIXES.some(prefix => name.startsWith(prefix)),
}

function attemptsOf(headers: HeaderTable): number | null {
  const next = headers.last('retry_topic-attempts')
  return next === undefined ? deliveryAttempt(headers) : deliveries(next)
}

/** The header holds the number of the next delivery. */
function deliveries(next: Uint8Array | null): number | null {
  const number = next?.length === 1 ? (next[0] ?? 0) : read.int32(next)
  return number === null ? null : read.smallNumber(number - 1)
}
