/**
 * JSON text to coloured, indented lines without parsing it into values: digits of 64-bit numbers, the order and the doubles of keys,
 * and escapes stay as they were sent. What is not JSON is given back as null, and the caller shows the text as it is.
 */
export type TokenKind = 'key' | 'string' | 'number' | 'literal' | 'null' | 'punctuation'
export type Token = { kind: TokenKind; text: string }
export type Line = { depth: number; tokens: Token[] }

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings may not hold raw control characters
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const SPACE = /[ \t\n\r]*/y
const LITERALS = ['true', 'false', 'null']
const MAX_DEPTH = 512

class NotJson extends Error {}

/** Pretty lines of one JSON text, or null when it is not JSON (or nested deeper than 512). Linear in its length. */
export function jsonLines(source: string): Line[] | null {
  const lines: Line[] = []
  let line: Line = { depth: 0, tokens: [] }
  let at = 0

  const skip = () => {
    SPACE.lastIndex = at
    SPACE.exec(source)
    at = SPACE.lastIndex
  }
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(source)?.[0]
    if (!found) throw new NotJson()
    at += found.length
    return found
  }
  const expect = (char: string) => {
    skip()
    if (source[at] !== char) throw new NotJson()
    at++
  }
  const push = (kind: TokenKind, text: string) => line.tokens.push({ kind, text })
  const newline = (depth: number) => {
    lines.push(line)
    line = { depth, tokens: [] }
  }

  // An explicit stack: hostile nesting must not end in a stack overflow.
  const stack: ('object' | 'array')[] = []
  const startMember = () => {
    skip()
    push('key', take(STRING))
    expect(':')
    push('punctuation', ': ')
  }
  try {
    let done = false
    while (!done) {
      skip()
      const char = source[at]
      let opened = false
      if (char === '{' || char === '[') {
        at++
        skip()
        const close = char === '{' ? '}' : ']'
        if (source[at] === close) {
          at++
          push('punctuation', char + close)
        } else {
          if (stack.length >= MAX_DEPTH) throw new NotJson()
          stack.push(char === '{' ? 'object' : 'array')
          push('punctuation', char)
          newline(stack.length)
          if (char === '{') startMember()
          opened = true
        }
      } else if (char === '"') push('string', take(STRING))
      else {
        const literal = LITERALS.find(word => source.startsWith(word, at))
        if (literal) {
          at += literal.length
          push(literal === 'null' ? 'null' : 'literal', literal)
        } else push('number', take(NUMBER))
      }
      if (opened) continue
      // After a value: close what ends here, then go on with the next member or element.
      for (;;) {
        const inside = stack.at(-1)
        if (inside === undefined) {
          done = true
          break
        }
        skip()
        if (source[at] === ',') {
          at++
          push('punctuation', ',')
          newline(stack.length)
          if (inside === 'object') startMember()
          break
        }
        expect(inside === 'object' ? '}' : ']')
        stack.pop()
        newline(stack.length)
        push('punctuation', inside === 'object' ? '}' : ']')
      }
    }
    skip()
    if (at < source.length) return null
  } catch (error) {
    if (error instanceof NotJson) return null
    throw error
  }
  lines.push(line)
  return lines
}

/** The lines as text again, for copying: same characters as the source but for the space between tokens. */
export function linesToText(lines: readonly Line[]): string {
  return lines
    .map(({ depth, tokens }) => '  '.repeat(depth) + tokens.map(token => token.text).join(''))
    .join('\n')
}
