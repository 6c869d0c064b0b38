import { describe, expect, test } from 'vitest'
import { type Refusal, refusal } from '@/lib/contracts/replays'
import { judgeLetter, type Rules, targetOf } from './judge-letter'
import type { LedgerEntry } from './ledger'
import type { Letter } from './letter'
import { type LedgerMarks, NO_MARKS } from './look-up-ledger'
import type { PastOutcome } from './past-outcomes'
import { isSystemTopic } from './plan-rules'
import { type SeenOrigins, seenOrigins } from './seen-origins'
import type { TopicFacts, TopicLook } from './topic-facts'

const NOW = 1_795_000_000_000
const HOUR = 3_600_000

const letter = (over: Partial<Letter> = {}): Letter => ({
  partition: 1,
  offset: 7n,
  found: true,
  timestampMs: NOW - HOUR,
  decoded: {
    family: 'spring',
    origin: { topic: 'orders', partition: 2, offset: 40n, timestampMs: null },
    consumerGroup: 'shop',
    notes: [],
    replay: null,
  },
  body: null,
  bodyGone: false,
  isPointer: false,
  editTrouble: null,
  isEdited: false,
  keyHash: 5,
  payloadBytes: 100,
  batchBytes: 200,
  ...over,
})
type Decoded = NonNullable<Letter['decoded']>
const decoded = (over: Partial<Decoded>): Partial<Letter> => ({
  decoded: { ...(letter().decoded as Decoded), ...over },
})
const origin = (topic: string | null) =>
  decoded({ origin: { topic, partition: null, offset: null, timestampMs: null } })

const facts = (over: Partial<TopicFacts> = {}): TopicFacts => ({
  topic: 'orders',
  topicId: 'id',
  partitions: 3,
  compacted: false,
  maxMessageBytes: 1000,
  logAppendTime: false,
  timestampBeforeMaxMs: null,
  timestampAfterMaxMs: null,
  retentionMs: null,
  ...over,
})

const rules = (over: Partial<Rules> = {}): Rules => ({
  sourceTopic: 'orders-dlt',
  sourceTopicId: 'dlt',
  explicitTarget: null,
  fallbackOrigin: null,
  partitioning: 'origin',
  timestamp: 'now',
  again: false,
  kind: 'replay',
  isOtherCluster: false,
  retryTopicOf: null,
  maxCount: 3,
  nowMs: NOW,
  isDropped: () => false,
  isSystemTopic,
  isDeadLetterTopic: topic => topic.endsWith('-dlt'),
  mayReplayTo: topic => topic !== 'secret',
  ...over,
})

const entry = (over: Partial<LedgerEntry> = {}): LedgerEntry => ({
  topicId: 'dlt',
  partition: 1,
  offset: 7n,
  replay: 'r-1',
  atMs: NOW - HOUR,
  target: { topic: 'orders', partition: 2, offset: 90n },
  count: 1,
  origin: null,
  ...over,
})
const past = (
  guarantee: PastOutcome['guarantee'],
  outcome: 'replayed' | 'unknown',
  count = 1,
): PastOutcome => ({
  replay: 'r-2',
  guarantee,
  item: {
    ...{ partition: 1, offset: 7n, target: { topic: 'orders', partition: 2 }, count, body: null },
    ...{ outcome, reason: null, targetOffset: null, atMs: NOW - HOUR },
  },
})
const marks = (over: Partial<LedgerMarks>): LedgerMarks => ({ ...NO_MARKS, ...over })

function judge(
  parts: {
    letter?: Partial<Letter>
    rules?: Partial<Rules>
    topics?: [string, TopicLook][]
    marks?: LedgerMarks
    origins?: SeenOrigins
    past?: PastOutcome
  } = {},
) {
  const topics = new Map<string, TopicLook>(parts.topics ?? [['orders', facts()]])
  return judgeLetter(
    letter(parts.letter),
    rules(parts.rules),
    topics,
    parts.marks ?? NO_MARKS,
    parts.origins ?? seenOrigins([]),
    { of: () => parts.past ?? null, complete: true },
  )
}

test('a letter goes home: its origin, its partition, counted', () => {
  expect(judge()).toEqual({ refusal: null, target: { topic: 'orders', partition: 2 }, count: 1 })
})

const refusals: [Refusal, string, Parameters<typeof judge>[0], object?][] = [
  ['record-expired', 'it is gone', { letter: { found: false, decoded: null } }],
  ['pointer-expired', 'what it points at is gone', { letter: { bodyGone: true, isPointer: true } }],
  ['source-expired', 'the source record that a person wants is gone', { letter: { bodyGone: true } }],
  ['no-retry-topic', 'its origin has none', { rules: { retryTopicOf: () => null } }, { origin: 'orders' }],
  ['dropped', 'a person is done with it', { rules: { isDropped: () => true } }],
  [
    'edit-failed',
    'the edit does not fit it',
    { letter: { editTrouble: { problem: 'unreadable', part: 'value', at: '', detail: '' } } },
    { problem: 'unreadable', part: 'value' },
  ],
  ['origin-unknown', 'no header and no name tells', { letter: origin(null) }],
  [
    'origin-unknown',
    'a Streams repartition topic is no origin',
    { letter: decoded({ notes: ['internal-origin'] }), rules: { fallbackOrigin: 'orders' } },
  ],
  ['origin-unknown', 'a header that no topic can be called', { letter: origin('../etc/passwd') }],
  ['target-denied', 'no right there', { letter: origin('secret') }, { target: 'secret' }],
  ['target-denied', 'a system topic', { letter: origin('__consumer_offsets') }],
  ['target-denied', 'the ledger by name', { rules: { explicitTarget: '__milena_replays' } }],
  ['target-denied', 'the cluster hides it', { topics: [['orders', 'denied']] }],
  ['target-is-dead-letter', 'a dead-letter topic', { letter: origin('other-dlt') }],
  [
    'target-is-dead-letter',
    'itself',
    { rules: { explicitTarget: 'orders-dlt', isDeadLetterTopic: () => false } },
  ],
  ['target-missing', 'deleted', { topics: [['orders', 'missing']] }],
  [
    'already-replayed',
    'the ledger has it',
    { marks: marks({ ofLetter: () => entry() }) },
    { replay: 'r-1', at: new Date(NOW - HOUR).toISOString() },
  ],
  [
    'already-replayed',
    'a mirror has it where the ledger does not answer',
    { past: past('exactly-once', 'replayed') },
    { replay: 'r-2' },
  ],
  [
    'replayed-at-least-once',
    'it was sent without a ledger',
    { past: past('at-least-once', 'replayed') },
    { replay: 'r-2', at: new Date(NOW - HOUR).toISOString() },
  ],
  [
    'outcome-unknown',
    'nobody heard whether it arrived',
    { past: past('at-least-once', 'unknown') },
    { replay: 'r-2' },
  ],
  [
    'loop-limit',
    'by a mirror, when again',
    { rules: { again: true }, past: past('at-least-once', 'replayed', 3) },
    { count: 3, max: 3 },
  ],
  [
    'duplicate-origin',
    'its twin was accepted before',
    { origins: { get: () => ({ partition: 0, offset: 3n }), set: () => undefined } },
    { partition: 0, offset: '3' },
  ],
  [
    'duplicate-origin',
    'its twin was replayed before',
    { marks: marks({ ofOrigin: () => entry({ partition: 4, offset: 5n }) }) },
    { partition: 4, offset: '5' },
  ],
  ['loop-limit', 'by its header', { letter: decoded({ replay: { count: 3 } }) }, { count: 3, max: 3 }],
  [
    'loop-limit',
    'by the ledger, where headers were lost',
    { marks: marks({ ofTarget: () => entry({ count: 4 }) }) },
    { count: 4, max: 3 },
  ],
  [
    'loop-limit',
    'also when again',
    { rules: { again: true }, marks: marks({ ofLetter: () => entry({ count: 3 }) }) },
  ],
  [
    'too-large',
    'for the target',
    { letter: { batchBytes: 1001 } },
    { bytes: 1001, max: 1000, target: 'orders' },
  ],
  [
    'timestamp-rejected',
    'too old to keep',
    { rules: { timestamp: 'keep' }, topics: [['orders', facts({ timestampBeforeMaxMs: HOUR - 1 })]] },
  ],
  [
    'timestamp-rejected',
    'too new to keep',
    {
      letter: { timestampMs: NOW + HOUR },
      rules: { timestamp: 'keep' },
      topics: [['orders', facts({ timestampAfterMaxMs: HOUR - 1 })]],
    },
  ],
  [
    'timestamp-rejected',
    'of a time that no date has: one letter must not end the plan of all',
    {
      letter: { timestampMs: 2 ** 63 },
      rules: { timestamp: 'keep' },
      topics: [['orders', facts({ timestampAfterMaxMs: HOUR - 1 })]],
    },
    { timestamp: '9223372036854776000', target: 'orders' },
  ],
]

describe('refusals', () => {
  test.each(refusals)('%s: %s', (expected, _why, parts, params) => {
    const verdict = judge(parts)
    expect(verdict.refusal).toBe(expected)
    if (params) expect(verdict).toMatchObject({ params })
  })

  test('every one that the contract knows stands above', () => {
    expect(new Set(refusals.map(([one]) => one))).toEqual(new Set(refusal.options))
  })

  test('what a person dropped goes again on purpose', () => {
    expect(judge({ rules: { isDropped: () => true, again: true } }).refusal).toBeNull()
  })
})

describe('not refused', () => {
  test.each([
    [
      'again, on purpose',
      { rules: { again: true }, marks: marks({ ofLetter: () => entry({ count: 2 }) }) },
      3,
    ],
    [
      'again, the origin’s own entry is no twin',
      { rules: { again: true }, marks: marks({ ofLetter: () => entry(), ofOrigin: () => entry() }) },
      2,
    ],
    [
      'a new letter of a record that a replay wrote',
      { marks: marks({ ofTarget: () => entry({ count: 2 }) }) },
      3,
    ],
    ['exactly as large as may be', { letter: { batchBytes: 1000 } }, 1],
    [
      'a limit that nobody told',
      {
        letter: { batchBytes: 9_000_000 },
        topics: [['orders', facts({ maxMessageBytes: null })]] as [string, TopicLook][],
      },
      1,
    ],
    [
      'kept, where the topic writes its own time',
      {
        rules: { timestamp: 'keep' as const },
        topics: [['orders', facts({ timestampBeforeMaxMs: 1, logAppendTime: true })]] as [
          string,
          TopicLook,
        ][],
      },
      1,
    ],
    [
      'a letter without a timestamp',
      {
        letter: { timestampMs: -1 },
        rules: { timestamp: 'keep' as const },
        topics: [['orders', facts({ timestampBeforeMaxMs: 1 })]] as [string, TopicLook][],
      },
      1,
    ],
  ])('%s', (_name, parts, count) => {
    expect(judge(parts)).toMatchObject({ refusal: null, count })
  })
})

test('two letters with the same origin: the first goes, the second names it', () => {
  const origins = seenOrigins([letter(), letter()])
  expect(judge({ origins })).toMatchObject({ refusal: null })
  expect(judge({ origins, letter: { partition: 3, offset: 9n } })).toMatchObject({
    refusal: 'duplicate-origin',
    params: { partition: 1, offset: '7' },
  })
})

test('a refused letter does not stand in its twin’s way', () => {
  const origins = seenOrigins([letter(), letter()])
  judge({ origins, letter: { batchBytes: 5000 } })
  expect(judge({ origins, letter: { partition: 3 } })).toMatchObject({ refusal: null })
})

test('where a letter goes: the person’s word, then its headers, then what the topic is known for', () => {
  expect(targetOf(letter(), rules({ explicitTarget: 'retry', fallbackOrigin: 'base' }))).toBe('retry')
  expect(targetOf(letter(), rules({ fallbackOrigin: 'base' }))).toBe('orders')
  expect(targetOf(letter(origin(null)), rules({ fallbackOrigin: 'base' }))).toBe('base')
})
