import { describe, expect, it } from 'vitest'
import type { GroupDetail, PartitionLag } from '@/lib/contracts/groups'
import { newestOf, parseScope, partitionsBehind, scopeText, WHOLE } from './chart-scope'

const row = (topic: string, partition: number, lag: string | null, timeLagMs: number | null = null) =>
  ({ topic, partition, lag, timeLagMs }) as PartitionLag

const rows = [row('a', 0, '5', 100), row('a', 1, '9', 700), row('a', 2, '0', 0), row('b', 0, null)]
const now = {
  sampledAt: '2026-11-21T00:00:00.000Z',
  lag: '14',
  timeLagMs: 700,
  partitions: rows,
} as GroupDetail

describe('what a chart is of', () => {
  it.each([
    ['orders/3', { topic: 'orders', partition: 3 }],
    ['orders', { topic: 'orders', partition: null }],
    [null, WHOLE],
    ['', WHOLE],
    ['/3', WHOLE],
    ['orders/x', WHOLE],
    ['orders/3/4', WHOLE],
    ['orders/-1', WHOLE],
  ])('%s', (text, scope) => expect(parseScope(text)).toEqual(scope))

  it('goes into the address and comes back', () => {
    for (const text of ['orders/3', 'orders', null]) expect(scopeText(parseScope(text))).toBe(text)
  })

  it('its newest point is the group’s, the topic’s or the partition’s; nothing measured is null', () => {
    const lag = (text: string | null) => newestOf(now, parseScope(text))
    expect(lag(null)).toMatchObject({ lag: 14, timeLagMs: 700 })
    expect(lag('a')).toMatchObject({ lag: 14, timeLagMs: 700 })
    expect(lag('a/0')).toMatchObject({ lag: 5, timeLagMs: 100 })
    expect(lag('b')).toMatchObject({ lag: null, timeLagMs: null })
    expect(newestOf(undefined, WHOLE)).toBeNull()
    // One at its end says nothing of one that is behind for a time that is not known.
    const young = { ...now, partitions: [row('c', 0, '0', 0), row('c', 1, '7')] }
    expect(newestOf(young, parseScope('c'))).toMatchObject({ lag: 7, timeLagMs: null })
  })

  it('offers the partitions that are behind, the furthest first, and the one that is chosen', () => {
    expect(partitionsBehind(rows, { topic: 'a', partition: null })).toEqual([1, 0])
    expect(partitionsBehind(rows, { topic: 'a', partition: 2 })).toEqual([1, 0, 2])
    expect(partitionsBehind(rows, WHOLE)).toEqual([])
  })
})
