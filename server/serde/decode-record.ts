import type { Message } from '@/lib/contracts/messages'
import type { LogRecord } from '@/server/kafka/port'
import { decodeHeader } from './decode-header'
import { decodePayload, type PayloadOptions } from './decode-payload'

/** What ISO 8601 can say in four digits of year. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z')
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z')

/** A record as the contract has it. Copies what it shows: nothing of the fetched buffers is kept. */
export function decodeRecord(record: LogRecord, options: PayloadOptions = {}): Message {
  const { batch, key, value, headers } = record
  return {
    partition: record.partition,
    offset: record.offset.toString(),
    timestamp: record.timestampType === 'NoTimestamp' ? null : isoTime(record.timestampMs),
    timestampType: record.timestampType,
    key: decodePayload(key, options),
    value: decodePayload(value, options),
    headers: headers.map(header => decodeHeader(header, options)),
    size: headers.reduce(
      (sum, header) => sum + header.name.length + (header.value?.length ?? 0),
      (key?.length ?? 0) + (value?.length ?? 0),
    ),
    compression: batch.compression,
    transactional: batch.transactional,
    ...(batch.aborted ? { aborted: true } : {}),
    ...(batch.producerId >= 0n
      ? {
          producer: {
            id: batch.producerId.toString(),
            epoch: batch.producerEpoch,
            sequence: batch.baseSequence,
          },
        }
      : {}),
    ...(batch.leaderEpoch >= 0 ? { leaderEpoch: batch.leaderEpoch } : {}),
  }
}

/** UTC with milliseconds; null for what no calendar can say (microseconds written as milliseconds, hostile numbers). */
function isoTime(timestampMs: number): string | null {
  return timestampMs >= FIRST_MS && timestampMs <= LAST_MS ? new Date(timestampMs).toISOString() : null
}
