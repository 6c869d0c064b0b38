import type { Payload } from '@/lib/contracts/messages'
import { decodeConfluent } from './decoders/confluent'
import type { Decoder } from './decoders/decoder'
import { decodeHex } from './decoders/hex'
import { decodeJson } from './decoders/json'
import { decodeNumber } from './decoders/number'
import { decodeText } from './decoders/text'

/** The first that knows the bytes decides; a decoder with a registry goes in front of `decodeConfluent`. */
const DECODERS: readonly Decoder[] = [decodeConfluent, decodeJson, decodeText, decodeNumber, decodeHex]

/** The longest text of one payload; what is beyond can be had as raw bytes. */
export const MAX_TEXT_BYTES = 1024 * 1024

export type PayloadOptions = {
  /** Cut the text at so many bytes of UTF-8; never above MAX_TEXT_BYTES. */
  maxTextBytes?: number | undefined
}

/**
 * Bytes as something a person reads: JSON kept as written, UTF-8 text, an integer, else hex. null stays null, empty stays empty.
 * Linear in the bytes; never throws.
 */
export function decodePayload(bytes: Buffer, options?: PayloadOptions): Payload
export function decodePayload(bytes: Buffer | null, options?: PayloadOptions): Payload | null
export function decodePayload(bytes: Buffer | null, options: PayloadOptions = {}): Payload | null {
  if (bytes === null) return null
  const limits = { maxTextBytes: Math.min(options.maxTextBytes ?? MAX_TEXT_BYTES, MAX_TEXT_BYTES) }
  for (const decode of DECODERS) {
    const decoded = decode(bytes, limits)
    if (decoded !== null) return { ...decoded, bytes: bytes.length }
  }
  return { format: 'hex', text: '', bytes: bytes.length, truncated: true }
}
