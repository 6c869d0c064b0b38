import { isUtf8 } from 'node:buffer'

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b

/**
 * May raw bytes be searched in the place of what they decode to? True only where a value that is read by
 * itself is shown with the very same text: empty, JSON (as written), or UTF-8 without control characters.
 * Everything else (frames of a registry, numbers, packed formats, other encodings, noise) is decoded before
 * anybody says that a text is not in it. `strict`: what only begins like JSON is looked at as well, for texts
 * that another reading of it might show (digits of a number, a UUID or hexadecimal; characters beyond ASCII).
 */
export function surelyText(body: Buffer, at: number, bytes: number, strict: boolean): boolean {
  if (bytes <= 0) return true
  const first = body[at]
  if (!strict && (first === OPEN_BRACE || first === OPEN_BRACKET)) return true
  let isAscii = true
  for (let i = at, end = at + bytes; i < end; i++) {
    const byte = body[i] ?? 0
    if (byte >= 0x80) isAscii = false
    else if (byte < 0x20 ? byte !== 0x09 && byte !== 0x0a && byte !== 0x0d : byte === 0x7f) return false
  }
  return isAscii || isUtf8(body.subarray(at, at + bytes))
}
