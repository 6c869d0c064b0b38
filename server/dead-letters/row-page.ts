import type { IssueStatus } from '@/lib/contracts/dead-letters'
import { firstAfter } from './first-after'
import type { IndexRow } from './index-row'
import type { IssueCell } from './issue-cell'
import type { LetterBook } from './letter-book'
import { DROPPED, REFAILED, REPLAYED } from './letter-columns'
import type { RecordAnchor, RecordFilter } from './service'

/** What rows are wanted; an issue by all fingerprints that count to it. */
export type RowFilter = Omit<RecordFilter, 'fingerprint'> & { fingerprints?: ReadonlySet<string> | undefined }

type Place = { limit: number; beside: RecordAnchor | null; back: boolean }
type Page = { rows: IndexRow[]; next: RecordAnchor | null; previous: RecordAnchor | null; matched: number }

/**
 * The statuses of a cell's letters: by their flags, or where it matters when a letter came (`byFlags` null),
 * by row.
 */
export type CellStatuses = { byFlags: readonly IssueStatus[] | null; of(row: number): IssueStatus }
export type StatusesOf = (cell: IssueCell) => CellStatuses

/**
 * One page of the book, newest first. The place is found by value, so a page goes on where it left off
 * whatever came or went meanwhile. A cell is asked once whether its letters match; only a wanted status is
 * asked of each. Only the page's letters are put together.
 */
export function pageRows(
  book: LetterBook,
  filter: RowFilter,
  statusesOf: StatusesOf,
  { limit, beside, back }: Place,
): Page {
  const sorted = book.rows()
  const passes = rowTest(book, filter, statusesOf)
  // Oldest first: what is older than the place lies before it, what is newer behind.
  const at =
    beside === null
      ? sorted.length
      : firstAfter(sorted, row => (back ? book.compare(row, beside) <= 0 : book.compare(row, beside) < 0))
  const older = (from: number, most: number) => take(sorted, from - 1, -1, most, passes)
  const newer = (from: number, most: number) => take(sorted, from, 1, most, passes)
  const found = back ? newer(at, limit + 1) : older(at, limit + 1)
  const hasMore = found.length > limit
  if (hasMore) found.pop()
  if (back) found.reverse()
  const rows = found.map(row => book.row(row))
  const [first] = rows
  const last = rows.at(-1)
  const isBeside = (one: IndexRow | undefined, which: 1 | -1) =>
    one !== undefined &&
    (which > 0
      ? newer(
          firstAfter(sorted, row => book.compare(row, one) <= 0),
          1,
        )
      : older(
          firstAfter(sorted, row => book.compare(row, one) < 0),
          1,
        )
    ).length > 0
  const hasNext = back ? isBeside(last, -1) : hasMore
  const hasPrevious = back ? hasMore : isBeside(first, 1)
  return {
    rows,
    next: hasNext && last ? anchorOf(last) : null,
    previous: hasPrevious && first ? anchorOf(first) : null,
    matched: countMatching(book, filter, statusesOf, passes),
  }
}

/** Does a row match? Verdicts are kept by cell, for one walk over the book. */
export function rowTest(
  book: LetterBook,
  filter: RowFilter,
  statusesOf: StatusesOf,
): (row: number) => boolean {
  const { status } = filter
  const verdicts = new Map<IssueCell, boolean | CellStatuses>()
  const judge = (cell: IssueCell) => {
    const passes = cellPasses(cell, filter)
    return passes && status !== undefined ? statusesOf(cell) : passes
  }
  let lastCell: IssueCell | null = null
  let last: boolean | CellStatuses = false
  return row => {
    const cell = book.cell(row)
    if (cell !== lastCell) {
      const verdict = verdicts.get(cell) ?? judge(cell)
      verdicts.set(cell, verdict)
      lastCell = cell
      last = verdict
    }
    return typeof last === 'boolean' ? last : last.of(row) === status
  }
}

function cellPasses({ topic, issue }: IssueCell, filter: RowFilter): boolean {
  if (filter.topic !== undefined && topic !== filter.topic) return false
  if (filter.fingerprints !== undefined && !filter.fingerprints.has(issue.fingerprint)) return false
  return filter.may(topic)
}

/** By what the cells have counted; only letters of which it matters when they came are looked at. */
function countMatching(
  book: LetterBook,
  filter: RowFilter,
  statusesOf: StatusesOf,
  passes: (row: number) => boolean,
): number {
  const { status } = filter
  const byRow = new Set<IssueCell>()
  let count = 0
  for (const issue of book.issues())
    for (const cell of issue.cells.values()) {
      if (!cellPasses(cell, filter)) continue
      const byFlags = status === undefined ? null : statusesOf(cell).byFlags
      if (status === undefined) count += cell.count
      else if (byFlags === null) byRow.add(cell)
      else {
        const { replayed, dropped, refailed } = cell
        const tallies = {
          [REPLAYED]: replayed,
          [DROPPED]: dropped,
          [REFAILED]: refailed,
          0: cell.open - refailed,
        }
        for (const [flag, tally] of Object.entries(tallies))
          if (byFlags[Number(flag)] === status) count += tally
      }
    }
  if (byRow.size > 0) for (const row of book.rows()) if (byRow.has(book.cell(row)) && passes(row)) count++
  return count
}

function take(
  sorted: Uint32Array,
  from: number,
  step: 1 | -1,
  most: number,
  passes: (row: number) => boolean,
): number[] {
  const found: number[] = []
  for (let at = from; at >= 0 && at < sorted.length && found.length < most; at += step) {
    const row = sorted[at] ?? 0
    if (passes(row)) found.push(row)
  }
  return found
}

function anchorOf({ atMs, topic, partition, offset }: IndexRow): RecordAnchor {
  return { atMs, topic, partition, offset }
}
