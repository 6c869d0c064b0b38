import type { Payload } from '@/lib/contracts/messages'

export type DecodeLimits = {
  /** Longest text in bytes of UTF-8; a longer one is cut between two characters. */
  maxTextBytes: number
}

/** What a decoder made of the bytes; the size is added by whoever asked. */
export type Decoded = Omit<Payload, 'bytes'>

/** One way of reading bytes; null: not mine. Must take time linear in the bytes and never throw, whatever they are. */
export type Decoder = (bytes: Buffer, limits: DecodeLimits) => Decoded | null
