/** Rows that the caller may not see are skipped; a page reads so often, and so many rows at least, to fill up. */
const MOST_READS = 5
const LEAST_ROWS = 200

/**
 * Up to `limit` rows that the caller may see, of a list whose rows are judged one by one, behind the place `at`
 * (null: from its beginning). `isFirstExact`: most rows are visible, so the first read takes no more than the page.
 * Answers them with the place that was looked at last, and whether more may come.
 */
export async function readVisible<R>(
  page: { at: number | null; limit: number; isFirstExact?: boolean },
  read: (at: number | null, limit: number) => Promise<R[]>,
  placeOf: (row: R) => number,
  isVisible: (row: R) => boolean,
): Promise<{ rows: R[]; at: number | null; hasMore: boolean }> {
  const rows: R[] = []
  let { at } = page
  let hasMore = true
  for (let reads = 0; hasMore && rows.length < page.limit && reads < MOST_READS; reads++) {
    const least = reads === 0 && page.isFirstExact ? 0 : LEAST_ROWS
    const most = Math.max(least, page.limit - rows.length)
    const found = await read(at, most + 1)
    let looked = 0
    for (const row of found.slice(0, most)) {
      if (rows.length === page.limit) break
      looked++
      at = placeOf(row)
      if (isVisible(row)) rows.push(row)
    }
    hasMore = looked < found.length
  }
  return { rows, at, hasMore }
}
