const LONGEST = 300
/** Rows of the table, kept: a list of 500 words is 500 tables. No call is within another. */
const ROWS = [0, 1, 2].map(() => new Uint16Array(LONGEST + 1))

/**
 * Edits (insert, delete, replace, swap of neighbours) that turn one text into the other: optimal string alignment.
 * Texts are cut at 300 characters, the longest name that the API takes, so that the cost is bounded. With
 * `most` the answer is exact up to it and `most + 1` beyond, found along a band of the table: a list of 500
 * words is gone through in a fraction of a millisecond.
 */
export function editDistance(from: string, to: string, most: number = LONGEST): number {
  const beyond = most + 1
  if (Math.abs(Math.min(from.length, LONGEST) - Math.min(to.length, LONGEST)) > most) return beyond
  const [a, b] = withoutCommonEnds(from.slice(0, LONGEST), to.slice(0, LONGEST))
  const width = b.length + 1
  let [before = new Uint16Array(width), previous = new Uint16Array(width), row = new Uint16Array(width)] =
    ROWS
  for (let j = 0; j < width; j++) previous[j] = Math.min(j, beyond)
  for (let i = 1; i <= a.length; i++) {
    const start = Math.max(1, i - most)
    const end = Math.min(b.length, i + most)
    row[start - 1] = start === 1 ? Math.min(i, beyond) : beyond
    let least = row[start - 1] ?? beyond
    for (let j = start; j <= end; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1)
      const above = j === i + most ? beyond : (previous[j] ?? beyond)
      let cost = Math.min(above + 1, (row[j - 1] ?? beyond) + 1, (previous[j - 1] ?? beyond) + (same ? 0 : 1))
      if (
        i > 1 &&
        j > 1 &&
        a.charCodeAt(i - 1) === b.charCodeAt(j - 2) &&
        a.charCodeAt(i - 2) === b.charCodeAt(j - 1)
      )
        cost = Math.min(cost, (before[j - 2] ?? beyond) + 1)
      cost = Math.min(cost, beyond)
      row[j] = cost
      if (cost < least) least = cost
    }
    if (least > most) return beyond
    if (end < b.length) row[end + 1] = beyond
    ;[before, previous, row] = [previous, row, before]
  }
  return previous[b.length] ?? 0
}

/** What both begin and end with takes no edit. */
function withoutCommonEnds(a: string, b: string): [string, string] {
  const most = Math.min(a.length, b.length)
  let head = 0
  while (head < most && a.charCodeAt(head) === b.charCodeAt(head)) head++
  let tail = 0
  while (tail < most - head && a.charCodeAt(a.length - 1 - tail) === b.charCodeAt(b.length - 1 - tail)) tail++
  return [a.slice(head, a.length - tail), b.slice(head, b.length - tail)]
}

const MOST_EDITS = 3

/** The candidates within reach of a typo (a third of the word, three edits at most), nearest first. */
export function nearest(word: string, candidates: readonly string[]): string[] {
  const found: { candidate: string; distance: number }[] = []
  for (const candidate of candidates) {
    const reach = Math.min(MOST_EDITS, Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3)))
    const distance = editDistance(word, candidate, reach)
    if (distance <= reach) found.push({ candidate, distance })
  }
  return found
    .sort((x, y) => x.distance - y.distance || (x.candidate < y.candidate ? -1 : 1))
    .map(({ candidate }) => candidate)
}

const MOST_KEPT = 1000
const kept = new WeakMap<readonly string[], Map<string, readonly string[]>>()

/** `nearest` in a list that stays as it is, a policy's: thousands of names are told apart by a few of their parts. */
export function nearestIn(word: string, list: readonly string[]): readonly string[] {
  const known = kept.get(list) ?? new Map<string, readonly string[]>()
  kept.set(list, known)
  const before = known.get(word)
  if (before) return before
  if (known.size >= MOST_KEPT) known.clear()
  const found = nearest(word, list)
  known.set(word, found)
  return found
}
