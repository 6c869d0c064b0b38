import { expect, it } from 'vitest'
import { driftSort } from '@/lib/contracts/drift'
import { DEFAULT_POLICY } from '@/lib/naming-policy/policy'
import { topic } from '@/lib/naming-policy/testing'
import { sortedPage } from '@/server/http/paginate'
import { judgeTopics, type TopicUse } from './judge-topics'
import { DRIFT_ORDERS } from './report-rows'
import type { ExistingTopic } from './topic-facts'

const NOW_MS = Date.parse('2026-03-01T00:00:00Z')
const DAY_MS = 86_400_000
const used: TopicUse = { bytes: 0n, messages: 0n, groups: 1, lastRecordMs: NOW_MS, seenSinceMs: null }
const existing = (over: Partial<ExistingTopic> = {}): ExistingTopic => ({
  ...topic(),
  partitions: 12,
  replicationFactor: 3,
  owner: 'order-team',
  internal: false,
  topicId: 'id',
  ...over,
})
const judge = (topics: readonly ExistingTopic[], uses: Record<string, Partial<TopicUse>> = {}) =>
  judgeTopics({
    policy: DEFAULT_POLICY,
    topics,
    knownOf: name => ({ ...used, ...uses[name] }),
    waivers: new Map(),
    nowMs: NOW_MS,
    unusedDays: 30,
  }).rows
const rulesOf = (over: Partial<ExistingTopic>) =>
  judge([existing(over)])[0]?.findings.map(one => one.rule) ?? []

it('one replica is a finding where there are brokers for more, and nowhere else', () => {
  expect(rulesOf({ replicationFactor: 1, brokers: 3 })).toContain('replication-low')
  expect(rulesOf({ replicationFactor: 1, brokers: 2 })).toContain('replication-low')
  expect(rulesOf({ replicationFactor: 1, brokers: 1 })).not.toContain('replication-low')
  expect(rulesOf({ replicationFactor: 2, brokers: 3 })).not.toContain('replication-low')
  expect(rulesOf({ brokers: 3 })).toEqual([])
})

it.each(driftSort.options)('sorts by %s, what is not known last, names where it is the same', sort => {
  const names = ['order.b.created', 'order.a.created', 'order.d.created', 'order.c.created']
  const owners = { 'order.a.created': 'team-2', 'order.b.created': 'team-1' }
  const rows = judge(
    names.map(name =>
      existing({
        name,
        owner: owners[name as keyof typeof owners] ?? null,
        // A second finding of one of them.
        configs: { 'retention.ms': name === 'order.c.created' ? '0' : '-1', 'retention.bytes': '-1' },
        partitions: name === 'order.d.created' ? 99 : 12,
      }),
    ),
    {
      'order.a.created': { bytes: 9n, lastRecordMs: NOW_MS - DAY_MS },
      'order.b.created': { bytes: 10n, lastRecordMs: NOW_MS - 3 * DAY_MS },
      'order.c.created': { bytes: null, lastRecordMs: null },
      'order.d.created': { bytes: 100n, lastRecordMs: NOW_MS },
    },
  )
  const sorted = sortedPage(rows, { name: sort, columns: DRIFT_ORDERS[sort] }, { limit: 10 }).items
  expect(sorted.map(row => row.topic.split('.')[1]).join('')).toBe(EXPECTED[sort])
})

const EXPECTED: Record<(typeof driftSort.options)[number], string> = {
  open: 'dcab',
  name: 'abcd',
  '-name': 'dcba',
  bytes: 'abdc',
  '-bytes': 'dbac',
  last: 'badc',
  '-last': 'dabc',
  owner: 'bacd',
}
