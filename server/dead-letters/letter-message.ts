import type { Message } from '@/lib/contracts/messages'
import type { LogRecord } from '@/server/kafka/port'
import { decodeHeader } from '@/server/serde/decode-header'
import { decodePayload } from '@/server/serde/decode-payload'
import { isoOrNull } from './index-answers'

/** A dead letter as a message of the contract. */
export function letterMessage(record: LogRecord): Message {
  const { batch, key, value, headers } = record
  const headerBytes = headers.reduce(
    (sum, header) => sum + header.name.length + (header.value?.length ?? 0),
    0,
  )
  return {
    partition: record.partition,
    offset: String(record.offset),
    timestamp: isoOrNull(record.timestampMs),
    timestampType: record.timestampType,
    key: decodePayload(key),
    value: decodePayload(value),
    headers: headers.map(header => decodeHeader(header)),
    size: (key?.length ?? 0) + (value?.length ?? 0) + headerBytes,
    compression: batch.compression,
    transactional: batch.transactional,
    ...(batch.producerId >= 0n && {
      producer: { id: String(batch.producerId), epoch: batch.producerEpoch, sequence: batch.baseSequence },
    }),
    leaderEpoch: batch.leaderEpoch,
  }
}
