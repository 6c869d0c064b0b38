import type { IssueStatus } from '@/lib/contracts/dead-letters'
import type { IndexRow } from './index-row'
import { compareRows, firstAfter } from './row-order'
import type { RecordAnchor, RecordFilter } from './service'

type Place = { limit: number; beside: RecordAnchor | null; back: boolean }
type Page = { rows: IndexRow[]; next: RecordAnchor | null; previous: RecordAnchor | null; matched: number }

/**
 * One page, newest first, of rows that are given oldest first. The place is found by value, so a page goes on where it left off whatever
 * came or went meanwhile. One pass over the rows, for the count too.
 */
export function pageRows(
  sorted: readonly IndexRow[],
  filter: RecordFilter,
  statusOf: (row: IndexRow) => IssueStatus,
  { limit, beside, back }: Place,
): Page {
  const allowed = new Map<string, boolean>()
  const passes = (row: IndexRow): boolean => {
    if (filter.topic !== undefined && row.topic !== filter.topic) return false
    if (filter.fingerprint !== undefined && row.cell.issue.fingerprint !== filter.fingerprint) return false
    let may = allowed.get(row.topic)
    if (may === undefined) {
      may = filter.may(row.topic)
      allowed.set(row.topic, may)
    }
    if (!may) return false
    return filter.status === undefined || statusOf(row) === filter.status
  }
  const matching = sorted.filter(passes)
  // Oldest first: what is older than the place lies before it, what is newer behind.
  let end = matching.length
  if (beside !== null && !back) end = firstAfter(matching, row => compareRows(row, beside) < 0)
  if (beside !== null && back) {
    const from = firstAfter(matching, row => compareRows(row, beside) <= 0)
    end = Math.min(matching.length, from + limit)
  }
  const start = Math.max(0, end - limit)
  const rows = matching.slice(start, end).reverse()
  const [first] = rows
  const last = rows.at(-1)
  return {
    rows,
    next: start > 0 && last ? anchorOf(last) : null,
    previous: end < matching.length && first ? anchorOf(first) : null,
    matched: matching.length,
  }
}

function anchorOf({ atMs, topic, partition, offset }: IndexRow): RecordAnchor {
  return { atMs, topic, partition, offset }
}
