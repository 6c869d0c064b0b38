import { expect, test } from 'vitest'
import type { ReplayPlan } from '@/lib/contracts/replays'
import type { Accepted } from './judge-letter'
import { LEDGER_TOPIC } from './ledger'
import type { Letter } from './letter'
import type { ReplayRequest } from './plan-store'
import { PlanTally } from './plan-tally'
import { planWarnings } from './plan-warnings'
import type { TopicFacts } from './topic-facts'

const NOW = 1_795_000_000_000
const HOUR = 3_600_000
type Facts = Omit<Parameters<typeof planWarnings>[0], 'tally'> & { letters: Accepted[] }
const KIND = { field: 'n', before: 'number', after: 'text' } as const
type Decoded = NonNullable<Letter['decoded']>

const request: ReplayRequest = {
  topic: 'orders-dlt',
  fingerprint: null,
  kind: 'replay',
  targetCluster: null,
  value: 'dead-letter',
  edit: null,
  bytesPerSecond: null,
  canary: null,
  stopWhen: null,
  approval: false,
  partitioning: 'origin',
  timestamp: 'now',
  guarantee: 'exactly-once',
  ratePerSecond: null,
  again: false,
  reason: null,
}
const keep = { ...request, timestamp: 'keep' as const }
const letter = (over: Partial<Letter> = {}, decoded: Partial<Decoded> = {}): Accepted => ({
  letter: {
    partition: 0,
    offset: 1n,
    found: true,
    timestampMs: NOW - HOUR,
    decoded: {
      family: 'spring',
      origin: { topic: 'orders', partition: 2, offset: 4n, timestampMs: null },
      consumerGroup: 'shop',
      notes: [],
      replay: null,
      ...decoded,
    },
    body: null,
    bodyGone: false,
    isPointer: false,
    editTrouble: null,
    isEdited: false,
    keyHash: null,
    payloadBytes: 10,
    batchBytes: 100,
    ...over,
  },
  verdict: { refusal: null, target: { topic: 'orders', partition: 2 }, count: 1 },
})
const topic = (over: Partial<TopicFacts> = {}): TopicFacts => ({
  topic: 'orders',
  topicId: 'id',
  partitions: 3,
  compacted: false,
  maxMessageBytes: null,
  logAppendTime: false,
  timestampBeforeMaxMs: null,
  timestampAfterMaxMs: null,
  retentionMs: -1,
  ...over,
})
const facts = (over: Partial<Facts> = {}, look: Partial<TopicFacts> = {}): Facts => ({
  request,
  letters: [letter()],
  topics: new Map([['orders', topic(look)]]),
  groupsComplete: true,
  ledgerRetentionMs: 10 * HOUR,
  failingGroups: ['shop'],
  ...over,
})
const ledger = (retentionMs: number) =>
  new Map([
    ['orders', topic()],
    [LEDGER_TOPIC, topic({ retentionMs })],
  ])
function warn({ letters, ...given }: Facts) {
  const tally = new PlanTally({ ...given, nowMs: NOW, samples: [] })
  for (const { letter, verdict } of letters) tally.add(letter, verdict)
  return planWarnings({ ...given, tally })
}
const edit = { fields: [{ op: 'remove' as const, path: 'a' }] }

test('a plain plan warns of nothing', () => expect(warn(facts())).toEqual([]))

test.each<[ReplayPlan['warnings'][number], Facts]>([
  [{ code: 'compacted-target', params: { topic: 'orders' } }, facts({}, { compacted: true })],
  [
    { code: 'log-append-time', params: { topic: 'orders' } },
    facts({ request: keep }, { logAppendTime: true }),
  ],
  [
    { code: 'timestamp-expires', params: { topic: 'orders', records: 1 } },
    facts({ request: keep }, { retentionMs: HOUR / 2 }),
  ],
  [
    { code: 'retry-timestamp', params: { records: 1 } },
    facts({ request: keep, letters: [letter({}, { family: 'spring-retry' })] }),
  ],
  [
    { code: 'partition-changed', params: { records: 1 } },
    facts({
      letters: [letter({}, { origin: { topic: 'orders', partition: 9, offset: 1n, timestampMs: null } })],
    }),
  ],
  [
    { code: 'source-headers-lost', params: { records: 1 } },
    facts({ letters: [letter({}, { notes: ['source-headers-lost'] })] }),
  ],
  [{ code: 'ledger-retention', params: { topic: LEDGER_TOPIC } }, facts({ topics: ledger(HOUR) })],
  [
    { code: 'ledger-retention', params: { topic: LEDGER_TOPIC } },
    facts({ topics: ledger(HOUR), ledgerRetentionMs: -1 }),
  ],
  [
    { code: 'other-cluster', params: { cluster: 'east' } },
    facts({ request: { ...request, targetCluster: 'east' } }),
  ],
  [
    { code: 'canary-without-group', params: {} },
    facts({
      request: { ...request, canary: { records: 1, waitSeconds: 5, after: 'continue' } },
      failingGroups: [],
    }),
  ],
  [{ code: 'edit-changes-nothing', params: {} }, facts({ request: { ...request, edit } })],
  [
    { code: 'edit-changes-kind', params: { field: 'n', before: 'number', after: 'text', records: 2 } },
    facts({
      letters: [[KIND], [KIND], []].map(kinds => letter({ isEdited: true, kinds })),
    }),
  ],
  [{ code: 'groups-incomplete', params: {} }, facts({ groupsComplete: false })],
])('%j', (warning, given) => expect(warn(given)).toEqual([warning]))

test('what does not hold is not warned of', () => {
  const quiet = [
    facts({}, { logAppendTime: true, retentionMs: 1 }),
    facts({ letters: [letter({}, { family: 'spring-retry' })] }),
    facts({ topics: ledger(-1), ledgerRetentionMs: -1 }),
    facts({ topics: ledger(11 * HOUR) }),
    facts({ request: { ...request, edit }, letters: [letter({ isEdited: true })] }),
    facts({ request: { ...request, kind: 'copy', timestamp: 'keep' }, letters: [letter({}, {})] }),
    facts({ request: { ...keep, edit: null }, letters: [letter({ timestampMs: -1 })] }, { retentionMs: 1 }),
  ]
  for (const one of quiet) expect(warn(one)).toEqual([])
})
