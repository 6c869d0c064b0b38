import type { Line } from './json-tokens'

/** For each line that opens an object or a list, the line that closes it; 0 for all others. */
export function closingLines(lines: readonly Line[]): Uint32Array {
  const closes = new Uint32Array(lines.length)
  const open: number[] = []
  lines.forEach((line, i) => {
    if (isCloser(line)) {
      const from = open.pop()
      if (from !== undefined) closes[from] = i
    }
    const last = line.tokens.at(-1)
    if (last?.kind === 'punctuation' && (last.text === '{' || last.text === '[')) open.push(i)
  })
  return closes
}

/** Indices of the lines that are drawn: a folded line stands for itself, what is inside and its closer. */
export function unfoldedLines(count: number, closes: Uint32Array, folded: ReadonlySet<number>): number[] {
  const shown: number[] = []
  for (let i = 0; i < count; i++) {
    shown.push(i)
    const close = closes[i]
    if (close && folded.has(i)) i = close
  }
  return shown
}

/** Members or elements directly inside what line `from` opens. */
export function countInside(lines: readonly Line[], from: number, close: number): number {
  const depth = (lines[from]?.depth ?? 0) + 1
  let count = 0
  for (let i = from + 1; i < close; i++) {
    const line = lines[i]
    if (line && line.depth === depth && !isCloser(line)) count++
  }
  return count
}

function isCloser(line: Line): boolean {
  const first = line.tokens[0]
  return first?.kind === 'punctuation' && (first.text === '}' || first.text === ']')
}
