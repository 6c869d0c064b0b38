import * as z from 'zod'
import { decodeCursor, encodeCursor } from './cursor'

const listCursor = z.object({ at: z.number().int().min(0), anchor: z.string(), back: z.boolean() })

type Paged<T> = { items: T[]; next: string | null; previous: string | null }

/**
 * One page of a list that is sorted anew at every request. The cursor holds the name beside which the page begins, and its
 * index as a fallback, so that a page goes on where it left off although rows were added, moved or deleted meanwhile.
 * Good on any replica. Throws CURSOR_INVALID.
 */
export function paginate<T>(
  sorted: readonly T[],
  input: { limit: number; cursor?: string | undefined },
  keyOf: (item: T) => string,
): Paged<T> {
  const start =
    input.cursor === undefined
      ? 0
      : startOf(sorted, decodeCursor(input.cursor, listCursor), input.limit, keyOf)
  const items = sorted.slice(start, start + input.limit)
  const first = items[0]
  const last = items.at(-1)
  const end = start + items.length
  return {
    items,
    next:
      last !== undefined && end < sorted.length
        ? encodeCursor({ at: end, anchor: keyOf(last), back: false })
        : null,
    previous:
      first !== undefined && start > 0 ? encodeCursor({ at: start, anchor: keyOf(first), back: true }) : null,
  }
}

function startOf<T>(
  sorted: readonly T[],
  cursor: z.output<typeof listCursor>,
  limit: number,
  keyOf: (item: T) => string,
): number {
  const anchor = sorted.findIndex(item => keyOf(item) === cursor.anchor)
  if (cursor.back) return Math.max(0, (anchor < 0 ? cursor.at : anchor) - limit)
  return anchor < 0 ? Math.min(cursor.at, sorted.length) : anchor + 1
}
