import type * as z from 'zod'
import type { outgoingRecord } from '@/lib/contracts/produce'
import { AppError } from '@/lib/errors'
import type { OutgoingRecord, ProduceRecord } from '@/server/kafka/port'
import { murmur2 } from '@/server/replays/choose-partition'
import type { PartEncoder } from './encode-part'

/** `partition` null: nothing decides, any will do. */
export type PreparedRecord = ProduceRecord & { partition: number | null }

/** A record as it will be sent. Throws what PartEncoder throws, and PARTITION_UNKNOWN. */
export async function prepareRecord(
  encoder: PartEncoder,
  given: z.output<typeof outgoingRecord>,
  partitions: number,
): Promise<PreparedRecord> {
  const [key, value] = await Promise.all([
    encoder.encode(given.key, 'key'),
    encoder.encode(given.value, 'value'),
  ])
  const headers: OutgoingRecord['headers'] = []
  for (const [i, header] of given.headers.entries()) {
    const bytes = await encoder.encode(header.value, `headers[${i}].value`)
    headers.push({ name: Buffer.from(header.name, 'utf8'), value: bytes })
  }
  if (given.partition !== null && given.partition >= partitions)
    throw new AppError('PARTITION_UNKNOWN', { params: { partition: given.partition } })
  return {
    key,
    value,
    headers,
    partition: given.partition ?? (key === null ? null : (murmur2(key) & 0x7fffffff) % partitions),
    ...(given.timestamp === null ? {} : { timestampMs: Date.parse(given.timestamp) }),
  }
}

/** What a record weighs, for the audit: sizes and names, never contents. */
export function describeRecord(record: PreparedRecord) {
  return {
    partition: record.partition,
    keyBytes: record.key?.length ?? null,
    valueBytes: record.value?.length ?? null,
    headers: record.headers.length,
    ...(record.timestampMs === undefined ? {} : { timestampMs: record.timestampMs }),
  }
}
