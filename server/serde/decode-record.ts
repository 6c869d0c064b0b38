import type { Message } from '@/lib/contracts/messages'
import type { LogRecord } from '@/server/kafka/port'
import { decodeHeader } from './decode-header'
import type { InflateAllowance } from './inflate-inside'
import { MAX_TEXT_BYTES, RecordSerde } from './record-serde'
import { autoPlan } from './serde-plan'

/** What ISO 8601 can say in four digits of year. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z')
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z')

export type RecordOptions = {
  /** How the topic is read; without it everything goes by what it looks like. */
  serde?: RecordSerde | undefined
  /** Cut texts at so many bytes of UTF-8; MAX_TEXT_BYTES unless said. */
  maxTextBytes?: number | undefined
  /** Show so many headers, count the others. */
  maxHeaders?: number | undefined
  /** Compressed values are opened as far as this goes; all of them without it. */
  inflate?: InflateAllowance | undefined
}

const LOOSE = new RecordSerde(autoPlan(''))

/** A record as the contract has it. Copies what it shows: nothing of the fetched buffers is kept. */
export function decodeRecord(record: LogRecord, options: RecordOptions = {}): Message {
  const { batch } = record
  const { serde = LOOSE, maxTextBytes = MAX_TEXT_BYTES, maxHeaders, inflate } = options
  // Cut out of the batch once: every look at a lazy record's part makes it anew.
  const parts = { key: record.key, value: record.value, headers: record.headers }
  const { key, value, headers } = parts
  return {
    partition: record.partition,
    offset: record.offset.toString(),
    timestamp: record.timestampType === 'NoTimestamp' ? null : isoTime(record.timestampMs),
    timestampType: record.timestampType,
    key: serde.payload('key', parts, maxTextBytes, inflate),
    value: serde.payload('value', parts, maxTextBytes, inflate),
    headers: headers.slice(0, maxHeaders).map(header => decodeHeader(header, { maxTextBytes })),
    ...(maxHeaders !== undefined && headers.length > maxHeaders
      ? { moreHeaders: headers.length - maxHeaders }
      : {}),
    size: headers.reduce(
      (sum, header) => sum + header.name.length + (header.value?.length ?? 0),
      (key?.length ?? 0) + (value?.length ?? 0),
    ),
    compression: batch.compression,
    transactional: batch.transactional,
    ...(batch.aborted ? { aborted: true } : {}),
    ...(batch.undecided ? { undecided: true } : {}),
    ...(batch.producerId >= 0n
      ? {
          producer: {
            id: batch.producerId.toString(),
            epoch: batch.producerEpoch,
            sequence: sequenceOf(record),
          },
        }
      : {}),
    ...(batch.leaderEpoch >= 0 ? { leaderEpoch: batch.leaderEpoch } : {}),
    batch: {
      baseOffset: batch.baseOffset.toString(),
      lastOffset: batch.lastOffset.toString(),
      records: batch.recordCount,
    },
  }
}

/** UTC with milliseconds; null for what no calendar can say (microseconds written as milliseconds, hostile numbers). */
function isoTime(timestampMs: number): string | null {
  return timestampMs >= FIRST_MS && timestampMs <= LAST_MS ? new Date(timestampMs).toISOString() : null
}

/**
 * Of the record, counted from its batch's first one; it wraps at 2^31 (Java's
 * DefaultRecordBatch.incrementSequence). -1: none.
 */
function sequenceOf({ offset, batch }: LogRecord): number {
  if (batch.baseSequence < 0) return -1
  return Number((BigInt(batch.baseSequence) + offset - batch.baseOffset) % 2_147_483_648n)
}
