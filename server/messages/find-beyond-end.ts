import type { Problem } from '@/lib/contracts/common'
import { partitionScope } from '@/lib/partition-key'
import type { LocatedLog } from './locate-log'
import type { PageQuery } from './plan-page'

/**
 * An offset to read on from that no selected partition has reached yet: OFFSET_OUT_OF_RANGE of the one that
 * reaches furthest, with its first and last offset (`start`, `end`). Nothing for the offset of the next record,
 * where a reader waits, and for partitions without any record.
 */
export function findBeyondEnd(topic: string, query: PageQuery, log: LocatedLog): Problem[] {
  if (query.order !== 'asc' || query.from.at !== 'offset') return []
  const { offset } = query.from
  const [first, ...others] = log.ranges
  if (first === undefined) return []
  const [partition, range] = others.reduce(
    (most, one) => (one[1].highWatermark > most[1].highWatermark ? one : most),
    first,
  )
  if (offset <= range.highWatermark || range.highWatermark <= range.firstOffset) return []
  const end = range.highWatermark - 1n
  const params = { topic, partition, offset: `${offset}`, start: `${range.firstOffset}`, end: `${end}` }
  return [{ scope: partitionScope({ topic, partition }), code: 'OFFSET_OUT_OF_RANGE', params }]
}
