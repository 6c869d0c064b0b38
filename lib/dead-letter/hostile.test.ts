import fc from 'fast-check'
import { expect, it } from 'vitest'
import { family } from '../contracts/dead-letters'
import { decodeDeadLetter, FAMILIES } from './decode'
import { fingerprint } from './fingerprint'
import { headerRoles, replayHeaders } from './replay-headers'
import { h, letter } from './testing'
import type { HeaderBytes } from './types'

/**
 * Far beyond what linear work takes on a busy machine, far below what quadratic work would: a guard, no claim
 * of speed.
 */
const HANGS_MS = 20_000

/** Every name that any family reads, and some that only look so. */
const NAMES = [
  ...['topic', 'partition', 'offset', 'timestamp', 'timestamp-type', 'consumer-group'].flatMap(w => [
    `kafka_dlt-original-${w}`,
    `kafka_original-${w}`,
    `x-original-${w}`,
    `original-${w}`,
    `dead-letter-${w}`,
    `delayed-retry-${w}`,
    `__connect.errors.${w}`,
    `__streams.errors.${w}`,
    `__dlq.errors.${w}`,
  ]),
  ...['fqcn', 'cause-fqcn', 'message', 'stacktrace'].flatMap(w => [
    `kafka_dlt-exception-${w}`,
    `kafka_exception-${w}`,
    `x-exception-${w}`,
  ]),
  'retry_topic-attempts',
  'retry_topic-original-timestamp',
  'kafka_deliveryAttempt',
  'delayed-retry-count',
  'reason_poisoned',
  'topic_poisoned',
  'error-message',
  'retry-count',
  'x-replay-source',
  'x-replay-count',
  '__proto__',
  'toString',
  '',
]
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc
    .constantFrom('12345678', '-1', '9'.repeat(19), 'Caused by: a.b.C: x\n', "Listener method '", '\ud83d')
    .map(s => new TextEncoder().encode(s)),
  fc.uint8Array({ minLength: 8, maxLength: 8 }),
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
)
const header: fc.Arbitrary<HeaderBytes> = fc.record({
  name: fc.oneof(
    fc.constantFrom(...NAMES).map(n => new TextEncoder().encode(n)),
    fc.uint8Array({ maxLength: 300 }),
  ),
  value: fc.option(bytes),
})

it('no headers make it throw, answer outside the contract, or change what stays', () => {
  fc.assert(
    fc.property(fc.array(header, { maxLength: 60 }), headers => {
      const decoded = decodeDeadLetter(letter(headers))
      expect(family.options).toContain(decoded.family)
      for (const hop of [decoded.origin, ...decoded.hops]) {
        if (hop.partition !== null)
          expect(hop.partition >= 0 && Number.isSafeInteger(hop.partition)).toBe(true)
        if (hop.offset !== null) expect(hop.offset).toBeGreaterThanOrEqual(0n)
        if (hop.timestampMs !== null) expect(Number.isNaN(new Date(hop.timestampMs).getTime())).toBe(false)
      }
      if (decoded.attempts !== null) expect(decoded.attempts).toBeGreaterThanOrEqual(0)
      const { rootCause, message, stackTrace } = decoded.exception
      expect(
        fingerprint({
          rootCause,
          message,
          stackTrace,
          originTopic: decoded.origin.topic,
          consumerGroup: null,
        }).fingerprint,
      ).toMatch(/^v1:[0-9a-f]{32}$/)

      const roles = headerRoles(decoded.family, headers)
      expect(replayHeaders(headers, decoded.family, [])).toEqual(
        headers.filter((_, i) => roles[i] === 'keep'),
      )
      // What is left of the headers is no dead letter any more.
      const left = decodeDeadLetter(letter(replayHeaders(headers, decoded.family, [])))
      expect(['unknown', 'generic']).toContain(left.family)
      if (decoded.family === 'generic') expect(left.family).toBe('unknown')
    }),
    { numRuns: 2000 },
  )
})

it('headers by the hundred thousand, values of megabytes: bounded', () => {
  const started = performance.now()
  const many = Array.from({ length: 300_000 }, (_, i) => h('kafka_dlt-original-topic', `t${i}`))
  const decoded = decodeDeadLetter(letter(many))
  expect(decoded.hops).toHaveLength(100)
  expect(decoded.origin.topic).toBe('t0')
  expect(decoded.hops.at(-1)?.topic).toBe('t299999')
  expect(decoded.notes).toContain('headers-cut')

  const huge = 'x\n'.repeat(5_000_000)
  const large = decodeDeadLetter(
    letter([h('kafka_dlt-original-topic', 'a'), h('kafka_dlt-exception-stacktrace', huge), h(huge, 'x')]),
  )
  expect(large.exception.stackTrace).toHaveLength(262_144)
  fingerprint({ ...large.exception, originTopic: null, consumerGroup: null })
  expect(performance.now() - started).toBeLessThan(HANGS_MS)
})

it('every family of the contract but `unknown` has its reader', () => {
  expect([...FAMILIES.map(f => f.family), 'unknown'].sort()).toEqual([...family.options].sort())
})
