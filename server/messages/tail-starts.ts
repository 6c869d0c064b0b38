import type { Isolation } from '@/server/kafka/port'
import type { LocatedLog } from './locate-log'
import { boundaryOf, higher, type Position, timeToAsk } from './positions'

/** Times that `locateLog` has to look up for a live tail that begins at `from`. */
export function timesOf(from: Position): number[] {
  const time = timeToAsk(from, 'asc')
  return time === null ? [] : [time]
}

/** The offset at which a live tail begins, by partition; those that did not answer are not in it. */
export function tailStarts(log: LocatedLog, from: Position, isolation: Isolation): Map<number, bigint> {
  const [time] = timesOf(from)
  return new Map(
    [...log.ranges].map(([partition, known]) => {
      const last = isolation === 'read_committed' ? known.lastStableOffset : known.highWatermark
      const range = { start: known.firstOffset, end: higher(last, known.firstOffset) }
      const at = time === undefined ? null : (log.byTime.get(time)?.get(partition) ?? null)
      return [partition, boundaryOf(from, 'asc', range, at)]
    }),
  )
}

/**
 * Where a tail begins in a partition that joins later. Nothing is written to one without a leader, but what is
 * written between its leader's return and the moment we see it is new as well.
 */
export function joinsFrom(from: Position, startedMs: number): Position {
  return from.at === 'newest' ? { at: 'time', timestampMs: startedMs } : from
}
