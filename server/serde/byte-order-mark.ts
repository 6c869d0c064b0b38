/**
 * U+FEFF in UTF-8. RFC 8259 forbids it before JSON that is sent, and lets a parser ignore it: .NET and
 * PowerShell write it.
 */
export const MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** How many bytes of a byte order mark begin at `at`: 3 or 0. */
export const markBytesAt = (bytes: Uint8Array, at = 0): number =>
  bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? MARK.length : 0

/** What stands behind the mark; null where there is none. */
export function behindMark(bytes: Buffer): Buffer | null {
  const length = markBytesAt(bytes)
  return length === 0 ? null : bytes.subarray(length)
}
