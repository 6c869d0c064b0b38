import { isUtf8 } from 'node:buffer'
import { cutText } from '../cut-text'
import type { Decoder } from './decoder'

/** Values this short are ids and numbers: one control character makes them binary. */
const SHORT_BYTES = 16

/** UTF-8 that a person can read. */
export const decodeText: Decoder = (bytes, limits) => {
  if (!isUtf8(bytes) || !isReadable(bytes)) return null
  return { format: 'text', ...cutText(bytes, limits) }
}

/**
 * No NUL, and few control characters other than those of texts (tab, line ends, ESC of colours): FIX
 * messages, whose fields end in 0x01, are read as text; integers and Avro, which are valid UTF-8 more often
 * than one thinks, are not.
 */
function isReadable(bytes: Buffer): boolean {
  let controls = 0
  for (const byte of bytes) {
    if (byte >= 0x20 && byte !== 0x7f) continue
    if (byte === 0) return false
    if ((byte < 8 || byte > 13) && byte !== 0x1b) controls++
  }
  return bytes.length <= SHORT_BYTES ? controls === 0 : controls * 6 <= bytes.length
}
