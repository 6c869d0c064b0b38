import { createHash } from 'node:crypto'
import * as z from 'zod'
import { AppError } from '@/lib/errors'
import { decodeCursor, encodeCursor } from './cursor'

type Paged<T> = { items: T[]; next: string | null; previous: string | null }
type PageInput = { limit: number; cursor?: string | undefined }

export type SortValue = string | number | null
/** A column that is sorted by; null stands last whatever the direction. */
export type SortColumn<T> = { of: (row: T) => SortValue; descending?: boolean }
/**
 * By its first column, then the second, ...; the last must be unique among the rows. `name` is what the
 * cursor remembers it by.
 */
export type Order<T> = { name: string; columns: readonly SortColumn<T>[] }

const LONGEST = 250
const sortValue = z.union([z.string().max(1000), z.number(), z.null()])
const placeCursor = z.object({ by: z.string(), at: z.array(sortValue).max(8), back: z.boolean() })

/**
 * One page of rows, sorted anew at every request. The cursor holds the sort values beside which the page
 * begins, so that whatever is added, deleted or moved meanwhile, no row that stays in its place is skipped or
 * told twice. Good on any replica. Throws CURSOR_INVALID, also for the cursor of another order.
 */
export function sortedPage<T>(rows: readonly T[], order: Order<T>, input: PageInput): Paged<T> {
  const { columns } = order
  const sorted = rows
    .map(row => ({ row, key: keyOf(row, columns) }))
    .sort((a, b) => compareKeys(a.key, b.key, columns))
  let start = 0
  let end = Math.min(input.limit, sorted.length)
  if (input.cursor !== undefined) {
    const cursor = decodeCursor(input.cursor, placeCursor)
    if (cursor.by !== order.name || cursor.at.length !== columns.length) throw new AppError('CURSOR_INVALID')
    const place = sorted.findIndex(({ key }) => compareKeys(key, cursor.at, columns) >= (cursor.back ? 0 : 1))
    const border = place < 0 ? sorted.length : place
    start = cursor.back ? Math.max(0, border - input.limit) : border
    end = cursor.back ? border : Math.min(border + input.limit, sorted.length)
  }
  const page = sorted.slice(start, end)
  const cursorAt = (key: SortValue[] | undefined, back: boolean) =>
    key === undefined ? null : encodeCursor({ by: order.name, at: key, back })
  return {
    items: page.map(({ row }) => row),
    next: end < sorted.length ? cursorAt(sorted[end - 1]?.key, false) : null,
    // Also from an empty page behind the end, when everything after the cursor is gone.
    previous: start > 0 ? (cursorAt(page[0]?.key, true) ?? cursorAt(sorted[start - 1]?.key, true)) : null,
  }
}

function keyOf<T>(row: T, columns: readonly SortColumn<T>[]): SortValue[] {
  return columns.map(({ of }) => shortened(of(row)))
}

/**
 * A group's name may have 32,767 characters, a cursor has room for far fewer: the rest of a long one sorts by
 * its hash.
 */
function shortened(value: SortValue): SortValue {
  if (typeof value !== 'string' || value.length <= LONGEST) return value
  return `${value.slice(0, LONGEST)}${createHash('sha256').update(value).digest('base64url')}`
}

function compareKeys<T>(
  a: readonly SortValue[],
  b: readonly SortValue[],
  columns: readonly SortColumn<T>[],
): number {
  for (let i = 0; i < columns.length; i++) {
    const difference = compareValues(a[i] ?? null, b[i] ?? null, columns[i]?.descending ?? false)
    if (difference !== 0) return difference
  }
  return 0
}

function compareValues(a: SortValue, b: SortValue, descending: boolean): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  const order = a < b ? -1 : a > b ? 1 : 0
  return descending ? -order : order
}

const listCursor = z.object({ at: z.number().int().min(0), anchor: z.string(), back: z.boolean() })

/**
 * One page of a list that comes sorted. The cursor holds the key of the row beside which the page begins, and
 * its index for when that row is gone. Where the sort values are at hand `sortedPage` is exact. Throws
 * CURSOR_INVALID.
 */
export function paginate<T>(sorted: readonly T[], input: PageInput, keyOf: (item: T) => string): Paged<T> {
  const cursor = input.cursor === undefined ? null : decodeCursor(input.cursor, listCursor)
  const border = cursor === null ? 0 : borderOf(sorted, cursor, keyOf)
  const start = cursor?.back ? Math.max(0, border - input.limit) : border
  const end = cursor?.back ? border : Math.min(border + input.limit, sorted.length)
  const items = sorted.slice(start, end)
  const first = items[0]
  const last = items.at(-1)
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

/** The index of the first row behind the border between the page before and this one. */
function borderOf<T>(
  sorted: readonly T[],
  cursor: z.output<typeof listCursor>,
  keyOf: (item: T) => string,
): number {
  const anchor = sorted.findIndex(item => keyOf(item) === cursor.anchor)
  if (anchor < 0) return Math.min(cursor.at, sorted.length)
  return cursor.back ? anchor : anchor + 1
}
