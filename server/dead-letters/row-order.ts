import type { IndexRow } from './index-row'
import type { RecordAnchor } from './service'

/** Oldest first: time, topic, partition, offset. A total order, so that pages neither repeat nor skip. */
export function compareRows(a: RecordAnchor | IndexRow, b: RecordAnchor | IndexRow): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  return a.partition - b.partition || a.offset - b.offset
}

/** How many leading items satisfy `before`: a binary search. */
export function firstAfter<T>(items: readonly T[], before: (item: T) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = items[middle]
    if (item !== undefined && before(item)) low = middle + 1
    else high = middle
  }
  return low
}
