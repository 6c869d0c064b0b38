import type { DecodeLimits } from './decoders/decoder'

/** Valid UTF-8 as text of at most `maxTextBytes`, cut between two characters. */
export function cutText(bytes: Buffer, { maxTextBytes }: DecodeLimits): { text: string; truncated: boolean } {
  if (bytes.length <= maxTextBytes) return { text: bytes.toString('utf8'), truncated: false }
  let end = maxTextBytes
  // Back over continuation bytes to the beginning of the character that would be cut.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return { text: bytes.toString('utf8', 0, end), truncated: true }
}
