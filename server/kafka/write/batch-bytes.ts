import type { OutgoingRecord } from '../port'
import { BATCH_HEADER_BYTES } from './encode-batch'
import { varintBytes } from './varint'

/** Attributes, offset delta 0 and timestamp delta 0 of the only record in a batch. */
const FIXED_BYTES = 3

const blobBytes = (blob: Buffer | null) => (blob === null ? 1 : varintBytes(blob.length) + blob.length)

/** Bytes of a batch that holds this record alone: what a broker compares with `max.message.bytes`. */
export function batchBytes(record: Pick<OutgoingRecord, 'key' | 'value' | 'headers'>): number {
  let body =
    FIXED_BYTES + blobBytes(record.key) + blobBytes(record.value) + varintBytes(record.headers.length)
  for (const { name, value } of record.headers) body += blobBytes(name) + blobBytes(value)
  return BATCH_HEADER_BYTES + varintBytes(body) + body
}
