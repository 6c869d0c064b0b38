import type { Payload } from '@/lib/contracts/messages'
import { MAX_TEXT_BYTES, RecordSerde } from './record-serde'
import { autoPlan } from './serde-plan'

export { MAX_TEXT_BYTES } from './record-serde'

export type PayloadOptions = {
  /** Cut the text at so many bytes of UTF-8; MAX_TEXT_BYTES unless said. */
  maxTextBytes?: number | undefined
}

const LOOSE = new RecordSerde(autoPlan(''))

/**
 * Bytes of no particular topic as something a person reads, by what they look like. null stays null, empty
 * stays empty. Linear in the bytes; never throws. Keys and values of a topic are read by its RecordSerde,
 * which knows schemas and what people chose.
 */
export function decodePayload(bytes: Buffer, options?: PayloadOptions): Payload
export function decodePayload(bytes: Buffer | null, options?: PayloadOptions): Payload | null
export function decodePayload(bytes: Buffer | null, options: PayloadOptions = {}): Payload | null {
  return LOOSE.payload(
    'value',
    { key: null, value: bytes, headers: [] },
    options.maxTextBytes ?? MAX_TEXT_BYTES,
  )
}
