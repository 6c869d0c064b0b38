import { describe, expect, it } from 'vitest'
import { clusters as contracts } from '@/lib/contracts/clusters'
import type { RoleGrant } from '@/lib/permissions'
import { TOTAL_KEY } from '@/server/groups/history/record-groups'
import { testContext } from '@/server/http/testing'
import type { KafkaClusters } from '@/server/kafka/port'
import type { Services } from '@/server/services'
import { getOverviewHistory } from './get-overview-history'

const NOW_MS = Date.parse('2026-11-20T12:00:10.000Z')
const slot = (ago: number) => Math.floor((NOW_MS - ago * 1000) / 10_000)

type Lag = { slot: number; lag: number | null }

/** A cluster with these groups and this history: only what the verb asks of the services. */
function contextOf(series: (key: string) => Lag[], grants?: RoleGrant[]) {
  const rows = [
    { group: 'payment', topics: ['payment.created'], lag: '40' },
    { group: 'order', topics: ['order.created'], lag: '7' },
    { group: 'stock', topics: ['order.created'], lag: '900' },
    { group: 'idle', topics: ['order.created'], lag: '0' },
    { group: 'fresh', topics: ['order.created'], lag: null },
  ]
  const history = { series: async (key: string) => series(key).map(one => ({ ...one, timeLagMs: null })) }
  const lag = { history, snapshot: () => ({ rows, sampledAtMs: NOW_MS }) }
  const rates = [
    { atMs: NOW_MS - 65_000, perSecond: null },
    { atMs: NOW_MS - 9_000, perSecond: 12 },
    { atMs: NOW_MS - 4_000, perSecond: 31.5 },
  ]
  const services = {
    lag: { of: () => lag },
    topics: { of: () => ({ rateSeries: () => rates }) },
  } as unknown as Partial<Services>
  const clusters = { get: () => ({ id: 'c' }), list: () => [] } as unknown as KafkaClusters
  return testContext({ services, clusters, clock: { now: () => NOW_MS }, ...(grants && { grants }) })
}

const total = (key: string): Lag[] =>
  key === TOTAL_KEY
    ? [
        { slot: slot(3_570), lag: 5 },
        { slot: slot(40), lag: 800 },
        { slot: slot(30), lag: 947 },
        { slot: slot(20), lag: null },
      ]
    : [{ slot: slot(40), lag: 3 }]

describe('the hour of the overview', () => {
  it('has the largest value of each step, nulls where nothing was measured, and the two furthest behind', async () => {
    const answer = await getOverviewHistory(contextOf(total), { cluster: 'c' })
    expect(contracts.overviewHistory.output.parse(answer)).toEqual(answer)
    expect(answer).toMatchObject({ from: '2026-11-20T11:00:30.000Z', stepMs: 30_000, problems: [] })
    expect(answer.produced).toHaveLength(120)
    // 11:59:00, 11:59:30 and the step that has begun at 12:00.
    expect(answer.produced.slice(-3)).toEqual([null, null, 31.5])
    expect(answer.totalLag?.[0]).toBe(5)
    expect(answer.totalLag?.slice(-3)).toEqual([null, 947, null])
    expect(answer.groups.map(({ group }) => group)).toEqual(['stock', 'payment'])
    expect(answer.groups[0]?.lag.at(-2)).toBe(3)
  })

  it('keeps the sum from whoever may not see every group', async () => {
    const grants: RoleGrant[] = [{ role: 'viewer', topics: ['order.*'] }]
    const answer = await getOverviewHistory(contextOf(total, grants), { cluster: 'c' })
    expect(answer.totalLag).toBeNull()
    expect(answer.groups.map(({ group }) => group)).toEqual(['stock', 'order'])
  })

  it('stands when the store does not answer, and says so', async () => {
    const broken = () => {
      throw new Error('connect ECONNREFUSED')
    }
    const answer = await getOverviewHistory(contextOf(broken), { cluster: 'c' })
    expect(answer.problems.map(({ scope }) => scope)).toContain('lag-history')
    expect(answer.totalLag?.every(value => value === null)).toBe(true)
    expect(answer.produced.at(-1)).toBe(31.5)
  })
})
