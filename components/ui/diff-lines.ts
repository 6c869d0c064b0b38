export type DiffLine = { kind: 'same' | 'added' | 'removed'; text: string }

/** Lines that differ beyond this are not compared: nobody reads such a difference. */
const LINES_MAX = 2_000

/**
 * The fewest lines to take out and to put in (longest common subsequence), in order; null for texts that
 * differ over too many lines. What both begin and end with costs nothing.
 */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] | null {
  const most = Math.min(before.length, after.length)
  let head = 0
  while (head < most && before[head] === after[head]) head++
  let tail = 0
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  const same = (lines: readonly string[]) => lines.map((text): DiffLine => ({ kind: 'same', text }))
  const middle = diffMiddle(before.slice(head, before.length - tail), after.slice(head, after.length - tail))
  return middle && [...same(before.slice(0, head)), ...middle, ...same(before.slice(before.length - tail))]
}

function diffMiddle(before: readonly string[], after: readonly string[]): DiffLine[] | null {
  if (before.length > LINES_MAX || after.length > LINES_MAX) return null
  const width = after.length + 1
  const common = new Uint16Array((before.length + 1) * width)
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] =
        before[i] === after[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0)
    }
  }
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    const [left, right] = [before[i], after[j]]
    if (left !== undefined && left === right) {
      lines.push({ kind: 'same', text: left })
      i++
      j++
    } else if (
      left !== undefined &&
      (right === undefined || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      lines.push({ kind: 'removed', text: left })
      i++
    } else if (right !== undefined) {
      lines.push({ kind: 'added', text: right })
      j++
    }
  }
  return lines
}
