/** A list looks at so many rows to count them, and no further: beyond, it says that there are more. */
export const COUNTED_MOST = 1000

/**
 * How many rows the caller may see of what a filter lets through: for the line under a list whose rows are
 * judged one by one. Told with its first page alone. `matchedIsLeast`: the count ended before the rows did.
 */
export async function countMatched<R>(
  page: { isFirst: boolean; hasMore: boolean; shown: number },
  read: (limit: number) => Promise<R[]>,
  isVisible: (row: R) => boolean,
): Promise<{ matched?: number; matchedIsLeast?: boolean }> {
  if (!page.isFirst) return {}
  if (!page.hasMore) return { matched: page.shown }
  const rows = await read(COUNTED_MOST + 1)
  const visible = rows.slice(0, COUNTED_MOST).filter(isVisible).length
  const matched = Math.max(page.shown, visible)
  return rows.length > COUNTED_MOST ? { matched, matchedIsLeast: true } : { matched }
}
