import { JSON_DEPTH_MAX } from '@/lib/json-scan'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OBJECT = 0x7b
const OBJECT_END = 0x7d
const ARRAY = 0x5b
const ARRAY_END = 0x5d

/** Most documents nest less; deeper ones take room as they go. */
const USUAL_DEPTH = 64

/**
 * Are these bytes one JSON object or array (RFC 8259)? One pass without a stack of calls or any object made:
 * ten megabytes take some ten milliseconds, hostile nesting takes nothing. UTF-8 inside strings is not
 * checked here.
 */
export function isJsonContainer(bytes: Uint8Array): boolean {
  let at = skipBlank(bytes, 0)
  if (bytes[at] !== OBJECT && bytes[at] !== ARRAY) return false
  let closers = new Uint8Array(USUAL_DEPTH)
  let depth = 0
  for (;;) {
    // A value begins at `at`.
    const first = bytes[at]
    if (first === OBJECT || first === ARRAY) {
      if (depth === JSON_DEPTH_MAX) return false
      if (depth === closers.length) closers = grown(closers)
      const closer = first === OBJECT ? OBJECT_END : ARRAY_END
      at = skipBlank(bytes, at + 1)
      if (bytes[at] !== closer) {
        closers[depth++] = closer
        if (closer === OBJECT_END) at = skipName(bytes, at)
        if (at < 0) return false
        continue
      }
      at++
    } else at = skipScalar(bytes, at)
    if (at < 0) return false
    // A value ended at `at`: a comma and the next one, or closers.
    for (;;) {
      at = skipBlank(bytes, at)
      if (depth === 0) return at === bytes.length
      if (bytes[at] === COMMA) {
        at = skipBlank(bytes, at + 1)
        if (closers[depth - 1] === OBJECT_END) at = skipName(bytes, at)
        if (at < 0) return false
        break
      }
      if (bytes[at] !== closers[depth - 1]) return false
      depth--
      at++
    }
  }
}

function grown(closers: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(closers.length * 4)
  larger.set(closers)
  return larger
}

function skipBlank(bytes: Uint8Array, from: number): number {
  let at = from
  for (
    let byte = bytes[at];
    byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    byte = bytes[at]
  )
    at++
  return at
}

/** Over `"name" :` to the value; -1 when it is not there. */
function skipName(bytes: Uint8Array, from: number): number {
  if (bytes[from] !== QUOTE) return -1
  const end = skipString(bytes, from)
  if (end < 0) return -1
  const colon = skipBlank(bytes, end)
  return bytes[colon] === COLON ? skipBlank(bytes, colon + 1) : -1
}

function skipScalar(bytes: Uint8Array, from: number): number {
  switch (bytes[from]) {
    case QUOTE:
      return skipString(bytes, from)
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

function skipString(bytes: Uint8Array, from: number): number {
  let at = from + 1
  for (;;) {
    const byte = bytes[at]
    if (byte === undefined || byte < 0x20) return -1
    if (byte === QUOTE) return at + 1
    if (byte !== BACKSLASH) {
      at++
      continue
    }
    const escaped = bytes[at + 1]
    if (escaped === 0x75) {
      for (let i = 2; i < 6; i++) if (!isHexDigit(bytes[at + i])) return -1
      at += 6
    } else if (escaped !== undefined && '"\\/bfnrt'.includes(String.fromCharCode(escaped))) at += 2
    else return -1
  }
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
