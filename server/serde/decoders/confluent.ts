import type { Decoder } from './decoder'
import { cutHex } from './hex'

/** Magic byte and schema id. */
const FRAME_BYTES = 5

/**
 * Confluent's wire format: 0, a schema id (int32, from 1 on), the serialised value. The schema isn't asked for yet, so the bytes
 * stand as they are and say why. Exactly eight bytes are left to be a long, which is what eight bytes that begin with 0 mostly are.
 */
export const decodeConfluent: Decoder = (bytes, limits) => {
  if (bytes.length < FRAME_BYTES + 1 || bytes.length === 8 || bytes[0] !== 0) return null
  const id = bytes.readInt32BE(1)
  if (id < 1) return null
  return {
    ...cutHex(bytes, limits),
    schema: { id, subject: null, version: null },
    error: `Schema ${id} was not looked up: no schema registry is asked yet.`,
  }
}
