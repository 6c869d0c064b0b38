import { describe, expect, it } from 'vitest'
import { decodeDeadLetter } from './decode'
import { headerRoles, replayHeaders, roleOf } from './replay-headers'
import { h, letter, none, x } from './testing'

describe('what a replay does with a header', () => {
  it.each([
    'kafka_dlt-original-topic',
    'kafka_dlt-exception-stacktrace',
    'kafka_dlt-key-exception-message',
    'kafka_original-offset',
    'kafka_exception-message',
    'retry_topic-attempts',
    'retry_topic-original-timestamp',
    'retry_topic-backoff-timestamp',
    'kafka_deliveryAttempt',
    'springDeserializerExceptionValue',
    '__connect.errors.topic',
    '__streams.errors.exception',
    '__dlq.errors.delivery.count',
    'x-original-topic',
    'x-exception-fqcn',
    'dead-letter-reason',
    'delayed-retry-count',
    'delayed-retry-first-processing-timestamp',
    'deserialization-failure-dlq',
    'reason_poisoned',
    '_watermill_requeuer_retries',
    '_watermill_delayed_until',
  ])('%s goes, whatever the family', name => {
    for (const family of ['spring', 'spring-retry', 'connect', 'generic', 'unknown'] as const)
      expect(roleOf(family, name)).toBe('strip')
  })

  it.each([
    'traceparent',
    'tracestate',
    'b3',
    'ce_id',
    'ce_type',
    '__TypeId__',
    'content-type',
    'contentType',
    'spring_json_header_types',
    'kafka_correlationId',
    'x-request-id',
    'correlation-id',
    'x-replay',
    'dead-letter',
    '',
    'constructor',
  ])('%s stays', name => {
    for (const family of ['spring', 'generic', 'unknown'] as const) expect(roleOf(family, name)).toBe('keep')
  })

  it.each([
    'original-topic',
    'error-message',
    'retry-count',
    'originalTopic',
    'dlq-reason',
    'consumer-group',
  ])('%s is the convention of a hand-written record and business in any other', name => {
    expect(roleOf('generic', name)).toBe('strip')
    expect(roleOf('spring', name)).toBe('keep')
    expect(roleOf('connect', name)).toBe('keep')
    expect(roleOf('unknown', name)).toBe('keep')
  })

  it.each([
    'x-replay-id',
    'x-replay-count',
    'x-replay-source',
    'x-replay-at',
    'x-replay-by',
    'x-replay-original-timestamp',
  ])('%s is replaced', name => {
    expect(roleOf('spring', name)).toBe('replace')
  })

  it('keeps order, duplicates, null and binary of what stays', () => {
    const headers = [
      h('a', '1'),
      x('bin', '00ff'),
      h('kafka_dlt-original-topic', 'orders'),
      none('nothing'),
      h('a', '2'),
      h('x-replay-count', '1'),
      h('original-topic', 'business'),
      x('retry_topic-attempts', '00000002'),
      h('a', ''),
    ]
    const { family } = decodeDeadLetter(letter(headers))
    expect(headerRoles(family, headers)).toEqual([
      'keep',
      'keep',
      'strip',
      'keep',
      'keep',
      'replace',
      'keep',
      'strip',
      'keep',
    ])
    const added = [h('x-replay-count', '2')]
    expect(replayHeaders(headers, family, added)).toEqual([
      headers[0],
      headers[1],
      headers[3],
      headers[4],
      headers[6],
      headers[8],
      added[0],
    ])
  })
})
