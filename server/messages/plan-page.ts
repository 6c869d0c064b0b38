import type { InputOf } from '@/lib/contracts/endpoint'
import type { messages } from '@/lib/contracts/messages'
import { AppError } from '@/lib/errors'
import type { LaneStart } from './lane'
import type { LocatedLog } from './locate-log'
import { claimedOrder, type PageCursor } from './page-cursor'
import {
  boundaryOf,
  clamp,
  higher,
  type LogRange,
  type Position,
  parsePosition,
  timeToAsk,
} from './positions'

type Input = Pick<InputOf<typeof messages.list>, 'from' | 'until' | 'order' | 'cursor' | 'isolation'>
export type Order = 'asc' | 'desc'

/** What the query asks for, before anything is known of the log. */
export type PageQuery = { order: Order; from: Position; until: Position | null; times: number[] }

export type PlannedLane = {
  lane: LaneStart
  /** Something may lie on the other side of where the page begins. */
  behind: boolean
}

/**
 * Newest reads downwards, all else upwards, unless the query or its cursor says so. Throws INPUT_INVALID,
 * CURSOR_INVALID.
 */
export function parseQuery(input: Input): PageQuery {
  const claimed = input.cursor === undefined ? null : claimedOrder(input.cursor)
  if (claimed !== null && input.order !== undefined && input.order !== claimed)
    throw new AppError('CURSOR_INVALID')
  const order = claimed ?? input.order ?? (input.from === 'newest' ? 'desc' : 'asc')
  const from = parsePosition(input.from, 'from')
  const until = input.until === undefined ? null : parsePosition(input.until, 'until')
  const asked = [input.cursor === undefined ? timeToAsk(from, order) : null, until && timeToAsk(until, order)]
  const times = [...new Set(asked.filter(time => time !== null))]
  return { order, from, until, times }
}

export function directionOf(order: Order, toward: PageCursor['toward']): 'up' | 'down' {
  return (order === 'asc') === (toward === 'next') ? 'up' : 'down'
}

/**
 * Where each partition that answered begins and may go to. `until` bounds the page's own direction; the other
 * has the log's end.
 */
export function planLanes(
  input: Input,
  query: PageQuery,
  log: LocatedLog,
  cursor: PageCursor | null,
): PlannedLane[] {
  const toward = cursor?.toward ?? 'next'
  const up = directionOf(query.order, toward) === 'up'
  return [...log.ranges].map(([partition, known]) => {
    const start = known.firstOffset
    const last = input.isolation === 'read_committed' ? known.lastStableOffset : known.highWatermark
    const range: LogRange = { start, end: higher(last, start) }
    const boundary = (position: Position) => {
      const time = timeToAsk(position, query.order)
      const found = time === null ? null : (log.byTime.get(time)?.get(partition) ?? null)
      return boundaryOf(position, query.order, range, found)
    }
    // A partition that is younger than the cursor has only newer records than those below it.
    const from = cursor === null ? boundary(query.from) : (cursor.positions.get(partition) ?? start)
    const position = clamp(from, range.start, range.end)
    const until = query.until === null ? null : boundary(query.until)
    const onward = until ?? (query.order === 'asc' ? range.end : range.start)
    const back = query.order === 'asc' ? range.start : range.end
    const [ahead, behind] = toward === 'next' ? [onward, back] : [back, onward]
    const lane: LaneStart = {
      partition,
      low: up ? range.start : ahead,
      high: up ? ahead : position,
      position,
      tail: !up && position === range.end,
    }
    return { lane, behind: up ? position > behind : position < behind }
  })
}
