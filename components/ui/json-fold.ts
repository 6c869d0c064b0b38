/**
 * Which line stands in which row while parts are folded: a folded line stands for itself, what is inside and
 * its closer.
 */
export type Rows = { count: number; lineOf: (row: number) => number }

/** `closes` as in LineIndex. Costs what is folded, not what is there. */
export function foldedRows(count: number, closes: Uint32Array, folded: ReadonlySet<number>): Rows {
  const hidden: { after: number; lines: number }[] = []
  let sum = 0
  let end = -1
  for (const line of [...folded].sort((a, b) => a - b)) {
    const close = closes[line] ?? 0
    // What is folded inside of what is folded hides nothing more.
    if (close === 0 || line <= end) continue
    hidden.push({ after: line, lines: close - line })
    sum += close - line
    end = close
  }
  return {
    count: count - sum,
    lineOf(row) {
      let line = row
      for (const one of hidden) {
        if (line <= one.after) break
        line += one.lines
      }
      return line
    },
  }
}

/** Members or elements directly inside what line `from` opens. */
export function countInside(closes: Uint32Array, from: number): number {
  const end = closes[from] ?? 0
  let count = 0
  for (let line = from + 1; line < end; line++) {
    count++
    const close = closes[line] ?? 0
    if (close > 0) line = close
  }
  return count
}
