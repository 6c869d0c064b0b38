import { skipString } from '@/lib/json-scan'
import { indexJson, type LineIndex } from './json-index'

/**
 * Lines of a text in coloured pieces. JSON is laid out without being parsed into values: digits of 64-bit
 * numbers, the order and the doubles of keys, and escapes stay as they were sent.
 */
export type TokenKind = 'key' | 'string' | 'number' | 'literal' | 'null' | 'punctuation' | 'text'
/** `more`: so many characters of it were left out. */
export type Token = { kind: TokenKind; text: string; more?: number }
export type Line = { depth: number; tokens: Token[] }

const SPACE = /[ \t\n\r]/

/** Line `i` of a plain text. */
export function textLineAt(source: string, index: LineIndex, i: number): Line {
  return {
    depth: 0,
    tokens: [{ kind: 'text', text: source.slice(index.starts[i] ?? 0, index.ends[i] ?? 0) }],
  }
}

/** Line `i` of a JSON text that was indexed; of a string beyond `tokenChars` characters only the first are cut out. */
export function jsonLineAt(
  source: string,
  index: LineIndex,
  i: number,
  tokenChars = Number.POSITIVE_INFINITY,
): Line {
  const tokens: Token[] = []
  const end = index.ends[i] ?? 0
  let at = index.starts[i] ?? 0
  while (at < end) {
    const char = source.charAt(at)
    if (SPACE.test(char)) at++
    else if (char === '"') {
      const close = skipString(source, at)
      const isKey = tokens.length === 0 && source.charAt(afterSpace(source, close, end)) === ':'
      const kind = isKey ? 'key' : 'string'
      const length = close - at
      tokens.push(
        length > tokenChars
          ? { kind, text: source.slice(at, at + tokenChars), more: length - tokenChars }
          : { kind, text: source.slice(at, close) },
      )
      at = close
    } else if (char === '{' || char === '[') {
      const closer = char === '{' ? '}' : ']'
      const inside = afterSpace(source, at + 1, end)
      const isEmpty = inside < end && source.charAt(inside) === closer
      tokens.push({ kind: 'punctuation', text: isEmpty ? char + closer : char })
      at = isEmpty ? inside + 1 : at + 1
    } else if (char === ':') {
      tokens.push({ kind: 'punctuation', text: ': ' })
      at++
    } else if (char === ',' || char === '}' || char === ']') {
      tokens.push({ kind: 'punctuation', text: char })
      at++
    } else {
      const from = at
      while (at < end && !/[\s,}\]]/.test(source.charAt(at))) at++
      const text = source.slice(from, at)
      tokens.push({ kind: text === 'null' ? 'null' : /^[tf]/.test(text) ? 'literal' : 'number', text })
    }
  }
  return { depth: index.depths[i] ?? 0, tokens }
}

function afterSpace(source: string, from: number, end: number): number {
  let at = from
  while (at < end && SPACE.test(source.charAt(at))) at++
  return at
}

/** Pretty lines of one JSON text, or null when it is not JSON (or nested too deep). Linear in its length. */
export function jsonLines(source: string): Line[] | null {
  const index = indexJson(source)
  return index && Array.from({ length: index.count }, (_, i) => jsonLineAt(source, index, i))
}

/** The lines as text again, for copying: same characters as the source but for the space between tokens. */
export function linesToText(lines: readonly Line[]): string {
  return lines
    .map(({ depth, tokens }) => '  '.repeat(depth) + tokens.map(token => token.text).join(''))
    .join('\n')
}
