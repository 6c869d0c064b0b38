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

  it('of the same time wait for a lane that may have one of an offset before theirs, and for no other', () => {
    const lanes = lanesOf()
    const [first, second, third] = lanes
    if (!first || !second || !third) throw new Error('three lanes')
    const merge = new HitMerge(lanes, order)
    const [before, behind] = order === 'asc' ? [10n, 90n] : [90n, 10n]
    looked(first, edge, 1000, [hitOf(first, 60n, 1000)])
    looked(second, behind, 1000, [])
    looked(third, before, 1000, [])
    expect(merge.next()).toBeNull()
    looked(third, behind, 1000, [])
    expect(merge.next()?.hit.offset).toBe(60n)
  })

  it('are not held back by an odd time before them in their lane', () => {
    const lanes = lanesOf()
    const [first, second, third] = lanes
    if (!first || !second || !third) throw new Error('three lanes')
    const merge = new HitMerge(lanes, order)
    const far = order === 'asc' ? 10_000 : 0
    const step = order === 'asc' ? 1 : -1
    const offsets = order === 'asc' ? [20n, 21n, 22n] : [80n, 79n, 78n]
    const times = [far, 1000, 1000 + 20 * step]
    const found = offsets.map((offset, i) => hitOf(first, offset, times[i] ?? 0))
    // A lane is handed what was found as it stands in the log.
    looked(first, edge, 1000 + 40 * step, order === 'asc' ? found : found.toReversed())
    looked(second, edge, 1000 + 40 * step, [hitOf(second, 60n, 1000 + 10 * step)])
    looked(third, edge, far, [])
    const seen: string[] = []
    for (let next = merge.next(true); next !== null; next = merge.next(true)) {
      seen.push(`${next.lane.partition}/${next.hit.offset}`)
      next.lane.take()
    }
    expect(seen).toEqual([`0/${offsets[0]}`, `0/${offsets[1]}`, '1/60', `0/${offsets[2]}`])
  })
})
