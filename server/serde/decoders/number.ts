import type { Decoder } from './decoder'

/** Four or eight bytes that are no text: Java's IntegerSerializer and LongSerializer, big-endian, signed. */
export const decodeNumber: Decoder = bytes => {
  if (bytes.length === 4) return { format: 'number', text: String(bytes.readInt32BE(0)), truncated: false }
  if (bytes.length === 8) return { format: 'number', text: String(bytes.readBigInt64BE(0)), truncated: false }
  return null
}
