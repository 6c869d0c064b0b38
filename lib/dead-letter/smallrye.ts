import { sentAt } from './failures'
import * as read from './header-values'
import type { HeaderTable } from './headers'
import { readHops } from './hops'
import type { FamilyReader, Origin } from './types'

/**
 * SmallRye Reactive Messaging (Quarkus), strategies `dead-letter-queue` and `delayed-retry-topic`: text. Its
 * headers are written before the record's existing ones, so after a second failure the first occurrence is
 * the newest.
 */
const DEAD_LETTER = 'dead-letter-'
const RETRY = 'delayed-retry-'
const SHARED = ['exception-class-name', 'cause-class-name', 'reason', 'cause', 'topic', 'partition', 'offset']
const NAMES = new Set([
  ...SHARED.map(what => DEAD_LETTER + what),
  ...[...SHARED, 'count', 'original-timestamp', 'first-processing-timestamp'].map(what => RETRY + what),
])

export const smallrye: FamilyReader = {
  family: 'smallrye',
  matches: headers =>
    ['reason', 'exception-class-name'].some(
      what => headers.has(DEAD_LETTER + what) || headers.has(RETRY + what),
    ) || headers.has(`${RETRY}count`),
  hops: headers => {
    // Retries come first in time; the dead-letter headers follow.
    const hops = [...hopsOf(headers, RETRY), ...hopsOf(headers, DEAD_LETTER)]
    const [first] = hops
    if (first) first.timestampMs = read.timestamp(read.decimal(headers.last(`${RETRY}original-timestamp`)))
    return hops
  },
  read: headers => {
    const prefix =
      headers.has(`${DEAD_LETTER}reason`) || headers.has(`${DEAD_LETTER}exception-class-name`)
        ? DEAD_LETTER
        : RETRY
    const thrown = read.name(headers.first(`${prefix}exception-class-name`))
    const causes = headers.all(`${prefix}cause-class-name`)
    // With fewer causes than failures nobody can tell whose they are.
    const cause =
      causes.length === headers.all(`${prefix}exception-class-name`).length ? read.name(causes[0]) : null
    const facts: Record<string, string> = {}
    const causeText = read.text(headers.first(`${prefix}cause`), 4096)
    if (causeText !== null && cause !== null) facts.cause = causeText

    const retries = read.smallNumber(read.decimal(headers.last(`${RETRY}count`)))
    return {
      exception: {
        class: thrown,
        rootCause: cause ?? thrown,
        message: read.text(headers.first(`${prefix}reason`)),
        stackTrace: null,
      },
      consumerGroup: null,
      // The count is of retries: the first delivery is none.
      attempts: retries === null ? null : retries + 1,
      facts,
      notes: [],
    }
  },
  // Set by the failure handler when it meets the record first, and kept. Every letter and every retry is sent
  // without a time of its own, so the record's is when it was given up.
  failures: (headers, { timestampMs }) => ({
    firstMs: read.timestamp(read.decimal(headers.last(`${RETRY}first-processing-timestamp`))),
    lastMs: sentAt(timestampMs),
  }),
  // `deserialization-failure-dlq` would send the record straight to the dead letters again.
  owns: name => NAMES.has(name) || name.startsWith('deserialization-failure-'),
}

function hopsOf(headers: HeaderTable, prefix: string): Origin[] {
  return readHops(
    headers,
    {
      topic: `${prefix}topic`,
      partition: { name: `${prefix}partition`, read: v => read.smallNumber(read.decimal(v)) },
      offset: { name: `${prefix}offset`, read: v => read.offset(read.decimal(v)) },
    },
    'first-is-latest',
  )
}
