/**
 * Edits (insert, delete, replace, swap of neighbours) that turn one text into the other: optimal string alignment.
 * Texts are cut at 300 characters, the longest name that the API takes, so that the cost is bounded.
 */
export function editDistance(from: string, to: string): number {
  const a = from.slice(0, 300)
  const b = to.slice(0, 300)
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (same ? 0 : 1),
      )
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    before = previous
    previous = row
  }
  return previous[b.length] ?? 0
}

/** The candidates within reach of a typo (a third of the word, three edits at most), nearest first. */
export function nearest(word: string, candidates: readonly string[]): string[] {
  return candidates
    .map(candidate => ({ candidate, distance: editDistance(word, candidate) }))
    .filter(
      ({ candidate, distance }) =>
        distance <= Math.min(3, Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3))),
    )
    .sort((x, y) => x.distance - y.distance || (x.candidate < y.candidate ? -1 : 1))
    .map(({ candidate }) => candidate)
}
