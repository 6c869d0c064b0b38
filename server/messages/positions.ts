import { AppError } from '@/lib/errors'
import { parseInstant } from '@/lib/parse-time'

/** A parsed `from` (inclusive) or `until` (exclusive); an offset holds for every selected partition. */
export type Position =
  | { at: 'newest' }
  | { at: 'oldest' }
  | { at: 'offset'; offset: bigint }
  | { at: 'time'; timestampMs: number }
  /** So many offsets before the end of each partition. */
  | { at: 'last'; count: bigint }

/** Where a partition's readable log begins and ends; `end` is exclusive. */
export type LogRange = { start: bigint; end: bigint }

/**
 * Throws INPUT_INVALID, with the field, for a time that no calendar knows; the rest of the form the contract
 * has checked.
 */
export function parsePosition(text: string, field: 'from' | 'until'): Position {
  if (text === 'newest' || text === 'oldest') return { at: text }
  const colon = text.indexOf(':')
  const rest = text.slice(colon + 1)
  if (text.startsWith('offset:') && /^\d{1,19}$/.test(rest)) return { at: 'offset', offset: BigInt(rest) }
  if (text.startsWith('last:') && /^\d{1,10}$/.test(rest)) return { at: 'last', count: BigInt(rest) }
  const timestampMs = parseInstant(rest)
  if (!text.startsWith('time:') || timestampMs === null) {
    const message = 'newest, oldest, offset:N, last:N or time:ISO'
    throw new AppError('INPUT_INVALID', { fields: [{ path: field, code: 'FORMAT', message }] })
  }
  return { at: 'time', timestampMs }
}

/**
 * The time to ask ListOffsets for, whose answer is the first offset at or after it; null when the position needs none.
 * Upwards a time means itself; downwards what bounds is the first record later than it.
 */
export function timeToAsk(position: Position, order: 'asc' | 'desc'): number | null {
  if (position.at !== 'time') return null
  return order === 'asc' ? position.timestampMs : position.timestampMs + 1
}

/**
 * The boundary between two offsets that a position means: records from it on lie above, the others below.
 * `from` is inclusive and `until` exclusive, so downwards both lie behind the record they name. `found` is
 * ListOffsets' answer (null: no such record).
 */
export function boundaryOf(
  position: Position,
  order: 'asc' | 'desc',
  { start, end }: LogRange,
  found: bigint | null,
): bigint {
  switch (position.at) {
    case 'newest':
      return end
    case 'oldest':
      return start
    case 'offset':
      return clamp(order === 'asc' ? position.offset : position.offset + 1n, start, end)
    case 'last':
      return clamp(end - position.count, start, end)
    case 'time':
      return found === null ? end : clamp(found, start, end)
  }
}

export function clamp(offset: bigint, start: bigint, end: bigint): bigint {
  if (offset < start) return start
  return offset > end ? end : offset
}

/** Math.min and Math.max know no bigint. */
export function lower(a: bigint, b: bigint): bigint {
  if (b < a) return b
  return a
}

export function higher(a: bigint, b: bigint): bigint {
  if (b > a) return b
  return a
}
