import { describe, expect, it } from 'vitest'
import type { Problem } from '@/lib/contracts/common'
import type { GroupRow } from '@/lib/contracts/groups'
import type { RoleGrant } from '@/lib/permissions'
import { testContext } from '@/server/http/testing'
import type { Services } from '@/server/services'
import { deadLettersPart, groupsPart } from './overview-parts'

const NOW_MS = Date.parse('2026-11-20T12:00:00.000Z')
const HOUR_MS = 3_600_000
const at = (hours: number) => new Date(NOW_MS + hours * HOUR_MS).toISOString()

function group(name: string, over: Partial<GroupRow> = {}): GroupRow {
  return {
    group: name,
    type: 'classic',
    protocolType: 'consumer',
    state: 'Stable',
    status: 'ok',
    members: 1,
    topics: ['order.created'],
    lag: '0',
    timeLagMs: 0,
    trendPerSecond: 0,
    consumePerSecond: 0,
    producePerSecond: 0,
    catchUpMs: 0,
    spark: [],
    coordinator: 1,
    sampledAt: at(0),
    problem: null,
    ...over,
  }
}

type Kept = {
  rows?: GroupRow[]
  topics?: object[]
  issues?: object[]
  expiring?: (topic: string, untilMs: number) => number
}

/** Services that hold these rows: only what the overview asks of them. */
function contextOf({ rows = [], topics = [], issues = [], expiring = () => 0 }: Kept, grants?: RoleGrant[]) {
  const lag = { problems: () => [], snapshot: () => ({ rows, sampledAtMs: NOW_MS }) }
  const deadLetters = {
    problems: () => [{ scope: 'dead-letters', code: 'TIMED_OUT' }],
    topics: () => topics,
    sampledAtMs: () => NOW_MS,
    issues: ({ may }: { may: (topic: string) => boolean }) =>
      issues.filter(one => 'topic' in one && may(String(one.topic))),
    countExpiring: expiring,
  }
  const services = {
    lag: { of: () => lag },
    deadLetters: { of: () => deadLetters },
  } as unknown as Partial<Services>
  return testContext({ services, clock: { now: () => NOW_MS }, ...(grants && { grants }) })
}

const onlyOrders: RoleGrant[] = [{ role: 'viewer', topics: ['order.*'] }]

describe('groups', () => {
  const rows = [
    group('fine'),
    group('slow', { lag: '9', timeLagMs: 10 }),
    group('warned', { status: 'warn', lag: '5', timeLagMs: 100 }),
    group('warned-longer', { status: 'warn', lag: '4', timeLagMs: 900 }),
    group('stopped', { status: 'stop', state: 'Empty', lag: '90071992547409931' }),
    group('new', { status: 'unknown', lag: null, topics: [] }),
    group('theirs', { status: 'stop', topics: ['payment.paid'] }),
  ]

  it('come worst first, then by time; sums keep every digit', () => {
    const part = groupsPart(contextOf({ rows }), 'c', [])
    expect(part.worst.map(one => one.group)).toEqual(['stopped', 'theirs', 'warned-longer', 'warned', 'slow'])
    expect(part).toMatchObject({ total: 7, empty: 1, totalLag: '90071992547409949', sampledAt: at(0) })
    expect(part.byStatus).toEqual({ ok: 2, warn: 2, stall: 0, stop: 2, rewind: 0, unknown: 1 })
  })

  it('leave out those of topics the caller may not see', () => {
    const part = groupsPart(contextOf({ rows }, onlyOrders), 'c', [])
    expect(part.total).toBe(6)
    expect(part.worst.map(one => one.group)).not.toContain('theirs')
  })

  it('without a commit have no sum', () => {
    expect(groupsPart(contextOf({ rows: [group('new', { lag: null })] }), 'c', []).totalLag).toBeNull()
  })
})

describe('dead letters', () => {
  const topic = (name: string, over: object = {}) => ({
    topic: name,
    records: '3',
    last24h: 2,
    oldestExpiresAt: null,
    ...over,
  })
  const issue = (topicName: string, lastSeen: string, status = 'new') => ({
    fingerprint: `${topicName}@${lastSeen}`,
    topic: topicName,
    status,
    lastSeen,
    count: 1,
    spark: [],
  })

  it('sum what topics tell, newest issues first, archived ones and foreign topics left out', () => {
    const problems: Problem[] = []
    const kept = {
      topics: [topic('order.created-dlt'), topic('order.paid-dlt', { last24h: null }), topic('payment-dlt')],
      issues: [
        issue('order.created-dlt', at(-5)),
        issue('order.created-dlt', at(-1)),
        issue('order.created-dlt', at(-2), 'archived'),
        issue('payment-dlt', at(-3)),
      ],
    }
    const part = deadLettersPart(contextOf(kept, onlyOrders), 'c', problems)
    expect(part).toMatchObject({ topics: 2, last24h: 2, total: 6, expiringWithin24h: 0 })
    expect(part.latest.map(one => one.lastSeen)).toEqual([at(-1), at(-5)])
    expect(problems).toEqual([{ scope: 'dead-letters', code: 'TIMED_OUT' }])
  })

  it('count open letters that retention takes within a day', () => {
    // Seven days: the oldest, 6.5 days old, goes in 12 hours.
    const topics = [
      topic('order.created-dlt', { oldestExpiresAt: at(12) }),
      topic('order.paid-dlt', { oldestExpiresAt: at(48) }),
    ]
    const asked: [string, number][] = []
    const expiring = (of: string, untilMs: number) => asked.push([of, untilMs]) + 1
    expect(deadLettersPart(contextOf({ topics, expiring }), 'c', []).expiringWithin24h).toBe(2)
    // The other topic's oldest letter stays longer than a day: nothing of it is counted.
    expect(asked).toEqual([['order.created-dlt', NOW_MS + 24 * HOUR_MS]])
  })

  it('of a cluster without any are zero once it was scanned', () => {
    expect(deadLettersPart(contextOf({}), 'c', [])).toMatchObject({ topics: 0, last24h: 0, total: 0 })
  })
})
