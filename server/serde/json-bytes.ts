import { JSON_DEPTH_MAX } from '@/lib/json-scan'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OBJECT = 0x7b
const OBJECT_END = 0x7d
const ARRAY = 0x5b
const ARRAY_END = 0x5d

/** The high bit of each of four bytes. */
const HIGH_BITS = 0x80808080 | 0
const ONES = 0x01010101
const BLANKS = 0x20202020
const QUOTES = 0x22222222
const BACKSLASHES = 0x5c5c5c5c

/** What ends each container around a place; grows with the deepest that was met, at most to 64 KiB. */
let closers = new Uint8Array(64)

/** Bytes to step through as JSON (RFC 8259). What lies behind the value of interest may be anything. */
export type JsonBytes = { readonly bytes: Uint8Array; readonly view: DataView }

export function jsonBytes(bytes: Uint8Array): JsonBytes {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) }
}

export function skipBlank(bytes: Uint8Array, from: number): number {
  let at = from
  for (
    let byte = bytes[at];
    byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    byte = bytes[at]
  )
    at++
  return at
}

/**
 * Behind the value that begins at `from`, -1 when it is none. One pass without a stack of calls or any object
 * made: hostile nesting takes nothing. UTF-8 inside strings is not checked.
 */
export function skipValue(json: JsonBytes, from: number): number {
  const first = json.bytes[from]
  return first === OBJECT || first === ARRAY ? skipContainer(json, from) : skipScalar(json, from)
}

function skipContainer(json: JsonBytes, from: number): number {
  const { bytes } = json
  let at = from
  let depth = 0
  for (;;) {
    // A value begins at `at`.
    const first = bytes[at]
    if (first === OBJECT || first === ARRAY) {
      if (depth === JSON_DEPTH_MAX) return -1
      if (depth === closers.length) closers = grown(closers)
      const closer = first === OBJECT ? OBJECT_END : ARRAY_END
      at = skipBlank(bytes, at + 1)
      if (bytes[at] !== closer) {
        closers[depth++] = closer
        if (closer === OBJECT_END) at = skipName(json, at)
        if (at < 0) return -1
        continue
      }
      at++
    } else at = skipScalar(json, at)
    if (at < 0) return -1
    // A value ended at `at`: a comma and the next one, or closers.
    for (;;) {
      if (depth === 0) return at
      at = skipBlank(bytes, at)
      if (bytes[at] === COMMA) {
        at = skipBlank(bytes, at + 1)
        if (closers[depth - 1] === OBJECT_END) at = skipName(json, at)
        if (at < 0) return -1
        break
      }
      if (bytes[at] !== closers[depth - 1]) return -1
      depth--
      at++
    }
  }
}

function grown(stack: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(stack.length * 4)
  larger.set(stack)
  return larger
}

/** Over `"name" :` to the value; -1 when it is not there. */
function skipName(json: JsonBytes, from: number): number {
  if (json.bytes[from] !== QUOTE) return -1
  const end = skipString(json, from)
  return end < 0 ? -1 : skipColon(json.bytes, end)
}

/** From behind a name to its value; -1 when no colon stands between them. */
export function skipColon(bytes: Uint8Array, from: number): number {
  const colon = skipBlank(bytes, from)
  return bytes[colon] === COLON ? skipBlank(bytes, colon + 1) : -1
}

function skipScalar(json: JsonBytes, from: number): number {
  const { bytes } = json
  switch (bytes[from]) {
    case QUOTE:
      return skipString(json, from)
    case 0x74:
      return skipWord(bytes, from, 'true')
    case 0x66:
      return skipWord(bytes, from, 'false')
    case 0x6e:
      return skipWord(bytes, from, 'null')
    default:
      return skipNumber(bytes, from)
  }
}

function skipWord(bytes: Uint8Array, from: number, word: string): number {
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word.charCodeAt(i)) return -1
  return from + word.length
}

function skipString(json: JsonBytes, from: number): number {
  const { bytes } = json
  let at = from + 1
  for (;;) {
    at = skipPlainText(json, at)
    if (bytes[at] === QUOTE) return at + 1
    // A control character, or the end.
    if (bytes[at] !== BACKSLASH) return -1
    const escaped = bytes[at + 1]
    if (escaped === 0x75) {
      for (let i = 2; i < 6; i++) if (!isHexDigit(bytes[at + i])) return -1
      at += 6
    } else if (escaped !== undefined && '"\\/bfnrt'.includes(String.fromCharCode(escaped))) at += 2
    else return -1
  }
}

/**
 * The next place that is a quote, a backslash, a control character or the end. Four bytes at a time: the
 * subtractions carry a byte's high bit where it was zero or below a blank ("Determine if a word has a zero
 * byte", graphics.stanford.edu/~seander/bithacks.html); the lowest such bit is always right.
 */
export function skipPlainText({ bytes, view }: JsonBytes, from: number): number {
  const last = bytes.length - 4
  let at = from
  for (; at <= last; at += 4) {
    const four = view.getInt32(at, true)
    const quotes = four ^ QUOTES
    const backslashes = four ^ BACKSLASHES
    const ends =
      (((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes) | ((four - BLANKS) & ~four)) &
      HIGH_BITS
    if (ends !== 0) return at + ((31 - Math.clz32(ends & -ends)) >> 3)
  }
  for (let byte = bytes[at]; byte !== undefined; byte = bytes[++at])
    if (byte === QUOTE || byte === BACKSLASH || byte < 0x20) return at
  return at
}

function skipNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === 0x2d ? from + 1 : from
  if (bytes[at] === 0x30) at++
  else at = skipDigits(bytes, at)
  if (at < 0) return -1
  if (bytes[at] === 0x2e) at = skipDigits(bytes, at + 1)
  if (at < 0) return -1
  if (bytes[at] !== 0x65 && bytes[at] !== 0x45) return at
  const sign = bytes[at + 1] === 0x2b || bytes[at + 1] === 0x2d
  return skipDigits(bytes, at + (sign ? 2 : 1))
}

/** At least one digit; -1 when there is none. */
function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from
  for (let byte = bytes[at] ?? 0; byte >= 0x30 && byte <= 0x39; byte = bytes[at] ?? 0) at++
  return at > from ? at : -1
}

function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
}
