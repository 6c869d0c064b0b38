import type { Decoded, DecodeLimits } from './decoder'

const HEX_BYTES_MAX = 64 * 1024

/** The first bytes, two digits each without blanks: 64 KiB at most, and never more text than was asked for. */
export function cutHex(bytes: Buffer, { maxTextBytes }: DecodeLimits): Decoded {
  const shown = Math.min(bytes.length, HEX_BYTES_MAX, Math.floor(maxTextBytes / 2))
  return { format: 'hex', text: bytes.toString('hex', 0, shown), truncated: shown < bytes.length }
}
