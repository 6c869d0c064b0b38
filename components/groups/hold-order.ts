/**
 * Rows in the order in which a person sees them: what is known keeps its place, what is gone leaves, what is
 * new stands at the end. For lists that sort by live values, while a pointer or the keyboard is on them.
 */
export function holdOrder<Row>(
  before: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): Row[] {
  const left = new Map(rows.map(row => [keyOf(row), row]))
  const held: Row[] = []
  for (const key of before) {
    const row = left.get(key)
    if (row === undefined) continue
    held.push(row)
    left.delete(key)
  }
  return [...held, ...left.values()]
}
