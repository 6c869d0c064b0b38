import { describe, expect, it } from 'vitest'
import type { FetchedBatches } from '@/server/kafka/port'
import { DownLane } from './down-lane'
import { HitMerge } from './hit-merge'
import type { ScanLane } from './scan-lane'
import type { Hit, ScanRange } from './scan-types'
import { UpLane } from './up-lane'

const range = (partition: number, position: bigint): ScanRange => ({
  topic: 'orders',
  partition,
  low: 0n,
  high: 100n,
  position,
})

const hitOf = (lane: ScanLane, offset: bigint, timestampMs: number): Hit => ({
  topic: lane.topic,
  partition: lane.partition,
  offset,
  timestampMs,
  timestampType: 'CreateTime',
  key: null,
  value: null,
  headers: [],
  batch: { baseOffset: offset, producerId: -1n } as unknown as Hit['batch'],
})

/** A lane that looked as far as `atMs` and found these. */
function looked(lane: ScanLane, edge: bigint, atMs: number, found: Hit[]): void {
  const low = edge
  lane.hold({
    lane,
    batches: [] as FetchedBatches['batches'],
    low,
    high: 100n,
    found,
    closes: true,
    edge,
    atMs,
  })
}

describe.each([
  ['upwards', 'asc' as const, () => [0, 1, 2].map(one => new UpLane(range(one, 0n), false)), 50n],
  ['downwards', 'desc' as const, () => [0, 1, 2].map(one => new DownLane(range(one, 100n))), 50n],
])('hits of several partitions, %s', (_, order, lanesOf, edge) => {
  it('are held up by each lane that has no answer yet, so that one of them is always asked', () => {
    const lanes = lanesOf()
    const [first, second, third] = lanes
    if (!first || !second || !third) throw new Error('three lanes')
    const merge = new HitMerge(lanes, order)
    looked(first, edge, 1000, [hitOf(first, 60n, 1000)])
    expect(merge.next()).toBeNull()
    expect([first, second, third].map(lane => merge.holdsUp(lane))).toEqual([false, true, true])
  })

  it('are handed out as soon as nobody can have one before them', () => {
    const lanes = lanesOf()
    const [first, second, third] = lanes
    if (!first || !second || !third) throw new Error('three lanes')
    const merge = new HitMerge(lanes, order)
    const further = order === 'asc' ? 2000 : 500
    looked(first, edge, 1000, [hitOf(first, 60n, 1000)])
    looked(second, edge, further, [])
    expect([second, third].map(lane => merge.holdsUp(lane))).toEqual([false, true])
    looked(third, edge, further, [])
    expect([second, third].map(lane => merge.holdsUp(lane))).toEqual([true, true])
    expect(merge.next()?.hit.offset).toBe(60n)
  })
})
