import { isUtf8 } from 'node:buffer'
import type { Message, Payload } from '@/lib/contracts/messages'
import { headerText } from '@/lib/dead-letter'
import type { RecordHeader } from '@/server/kafka/port'
import { decodePayload, type PayloadOptions } from './decode-payload'

const NAME_BYTES_MAX = 32 * 1024

/**
 * A header by its name's convention where a framework fixed one (integers in Spring's headers), else as any
 * payload.
 */
export function decodeHeader(
  { name, value }: RecordHeader,
  options: PayloadOptions = {},
): Message['headers'][number] {
  const text = headerName(name)
  if (value === null) return { name: text, value: null }
  const number = numberByName(text, value)
  if (number) return { name: text, value: number }
  // A record may have 5,000: how each was read goes without saying.
  const { decoder: _decoder, reason: _reason, ...payload } = decodePayload(value, options)
  return { name: text, value: payload }
}

/** A name as text; bytes that are no UTF-8 stand visibly as `\xff`. */
export function headerName(name: Buffer): string {
  const shown = name.subarray(0, NAME_BYTES_MAX)
  if (isUtf8(shown)) return shown.toString('utf8')
  return shown
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, c => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

function numberByName(name: string, value: Buffer): Payload | null {
  if (value.length === 0 || value.length > 8) return null
  const { kind, text } = headerText(name, value)
  if (kind === 'text' || kind === 'bytes') return null
  return { format: 'number', text, bytes: value.length, truncated: false }
}
