/**
 * Steps through JSON text by positions: nothing becomes a value, so digits, doubles of names and escapes stay
 * as they were written.
 */

/**
 * Deeper than that no text is called JSON, on the server as in the browser: what is laid out counts depths in
 * 16 bits. Nothing that goes so deep calls itself; values are made of no more than 1,000 levels
 * (server/serde/json-value.ts).
 */
export const JSON_DEPTH_MAX = 65_535

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Behind the blanks at `from`. */
export function skipSpace(source: string, from: number): number {
  let at = from
  for (;;) {
    const char = source.charCodeAt(at)
    if (char !== 0x20 && char !== 0x0a && char !== 0x0d && char !== 0x09) return at
    at++
  }
}

/**
 * Behind the string that begins at `from`; -1 when it does not end, or holds what a JSON string may not (RFC
 * 8259, 7).
 */
export function skipString(source: string, from: number): number {
  let at = from + 1
  for (;;) {
    const char = source.charCodeAt(at)
    if (char === QUOTE) return at + 1
    // A control character, or NaN behind the end.
    if (!(char >= 0x20)) return -1
    if (char !== BACKSLASH) {
      at++
      continue
    }
    const escaped = source.charAt(at + 1)
    if (escaped === 'u') {
      if (!/^[0-9a-fA-F]{4}$/.test(source.slice(at + 2, at + 6))) return -1
      at += 6
    } else if (escaped !== '' && '"\\/bfnrt'.includes(escaped)) at += 2
    else return -1
  }
}

/** Behind the value that begins at `from`, of a text that is known to be JSON. */
function skipValue(source: string, from: number): number {
  let depth = 0
  let at = from
  do {
    const char = source.charAt(at)
    if (char === '"') at = skipString(source, at)
    else {
      if (char === '{' || char === '[') depth++
      else if (char === '}' || char === ']') depth--
      else if (depth === 0) {
        while (at < source.length && !/[\s,\]}]/.test(source.charAt(at))) at++
        return at
      }
      at++
    }
  } while (depth > 0)
  return at
}

/**
 * Members of an object (`source` is known to be one), each with its value as it is written; of a name that
 * stands twice the last.
 */
export function memberTexts(source: string): Map<string, string> {
  const found = new Map<string, string>()
  let at = skipSpace(source, skipSpace(source, 0) + 1)
  while (source.charCodeAt(at) === QUOTE) {
    const nameEnd = skipString(source, at)
    const name = JSON.parse(source.slice(at, nameEnd)) as string
    const from = skipSpace(source, skipSpace(source, nameEnd) + 1)
    const to = skipValue(source, from)
    found.set(name, source.slice(from, to))
    at = skipSpace(source, skipSpace(source, to) + 1)
  }
  return found
}

/** Elements of a list (`source` is known to be one) as they are written. */
export function elementTexts(source: string): string[] {
  const found: string[] = []
  let at = skipSpace(source, skipSpace(source, 0) + 1)
  while (at < source.length && source.charAt(at) !== ']') {
    const to = skipValue(source, at)
    found.push(source.slice(at, to))
    const next = skipSpace(source, to)
    at = source.charAt(next) === ',' ? skipSpace(source, next + 1) : source.length
  }
  return found
}
