import { describe, expect, it } from 'vitest'
import { decodeDeadLetter, looksLikeDeadLetter } from './decode'
import { type Case, h, letter, none, springHop } from './testing'

const GENERIC: Case[] = [
  ...(
    [
      ['original-topic', 'error-message', 'retry-count'],
      ['original_topic', 'error_message', 'retry_count'],
      ['original.topic', 'error.message', 'retry.count'],
      ['originalTopic', 'errorMessage', 'retryCount'],
      ['x-original-topic', 'x-error-message', 'x-retry-count'],
      ['Original-Topic', 'ERROR-MESSAGE', 'Retry-Count'],
    ] as const
  ).map(
    ([topic, message, count]): Case => [
      `hand-written, ${topic}`,
      [h(topic, 'orders'), h(message, 'out of stock'), h(count, '1')],
      {
        family: 'generic',
        origin: { topic: 'orders', partition: null, offset: null, timestampMs: null },
        exception: { class: null, rootCause: null, message: 'out of stock', stackTrace: null },
        attempts: 1,
        consumerGroup: null,
      },
    ],
  ),
  [
    'an empty message is empty, not missing',
    [h('original-topic', 'a'), h('error-message', '')],
    { exception: { message: '' } },
  ],
  [
    'a null message is missing',
    [h('original-topic', 'a'), none('error-message')],
    { exception: { message: null } },
  ],
  [
    'duplicates: the last counts, the first is the origin',
    [h('original-topic', 'a'), h('original-topic', 'b'), h('retry-count', '1'), h('retry-count', '2')],
    { origin: { topic: 'a' }, attempts: 2 },
  ],
  [
    'eventferry',
    [
      h('dlq-reason', 'timeout'),
      h('dlq-error-class', 'TimeoutError'),
      h('dlq-original-topic', 'orders'),
      h('dlq-failed-at', '2026-10-05T03:04:05.000Z'),
      h('dlq-attempts', '5'),
      h('dlq-stack', 'TimeoutError: timeout\n    at call (/app/x.js:1:2)'),
    ],
    {
      family: 'generic',
      origin: { topic: 'orders' },
      exception: { class: 'TimeoutError', rootCause: 'TimeoutError', message: 'timeout' },
      attempts: 5,
      facts: { failedAt: '2026-10-05T03:04:05.000Z' },
      failures: { firstMs: null, lastMs: Date.parse('2026-10-05T03:04:05.000Z') },
    },
  ],
  [
    'a class in front of a Node trace',
    [h('original-topic', 'a'), h('error-stack', 'OutOfStockError: P-1\n    at x (/app/x.js:1:2)')],
    { exception: { class: 'OutOfStockError', rootCause: 'OutOfStockError' } },
  ],
  [
    'numbers that are no numbers stay null',
    [
      h('original-topic', 'a'),
      h('retry-count', 'many'),
      h('original-partition', '-1'),
      h('original-offset', '99999999999999999999'),
    ],
    { attempts: null, origin: { topic: 'a', partition: null, offset: null } },
  ],
  [
    'nothing that is known',
    [h('content-type', 'application/json')],
    { family: 'unknown', hops: [], attempts: null },
  ],
  ['nothing at all', [], { family: 'unknown', origin: { topic: null } }],
]

it.each(GENERIC)('%s', (_name, headers, expected, record) => {
  expect(decodeDeadLetter(letter(headers, record))).toMatchObject(expected)
})

describe('marks of an earlier replay', () => {
  it('are read whatever the family', () => {
    const headers = [
      ...springHop({ topic: 'orders' }),
      h('x-replay-id', 'r1'),
      h('x-replay-count', '2'),
      h('x-replay-source', 'orders-dlt/2/1204'),
      h('x-replay-at', '2026-10-05T03:04:05.000Z'),
    ]
    expect(decodeDeadLetter(letter(headers)).replay).toEqual({
      id: 'r1',
      count: 2,
      source: { topic: 'orders-dlt', partition: 2, offset: 1204n },
      at: '2026-10-05T03:04:05.000Z',
    })
  })

  it.each(['', 'orders-dlt', 'a b/1/2', 'orders-dlt/-1/2', 'orders-dlt/1/2/3'])(
    'a source of %j is none',
    source => {
      expect(decodeDeadLetter(letter([h('x-replay-source', source)])).replay).toMatchObject({
        count: 1,
        source: null,
      })
    },
  )
})

describe('is it a dead letter by its headers alone?', () => {
  it.each([
    ['Spring', springHop({ topic: 'a' }), true],
    ['Connect', [h('__connect.errors.topic', 'a')], true],
    ['an origin and a failure', [h('original-topic', 'a'), h('error-message', 'x')], true],
    ['an origin only: anybody moves records', [h('original-topic', 'a')], false],
    ['a retry count only', [h('retry-count', '1')], false],
    ['an error message only', [h('error-message', 'x')], false],
    ['a replayed record', [h('x-replay-count', '1'), h('traceparent', 'x')], false],
    ['nothing', [], false],
  ])('%s', (_, headers, expected) => {
    expect(looksLikeDeadLetter(headers)).toBe(expected)
  })
})
