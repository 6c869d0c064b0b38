import type { PackedRecord } from '../port'
import { BATCH_HEADER_BYTES, recordBytesMax } from './encode-batch'

/** Below the broker's default `max.message.bytes` (1,048,588), which counts a whole batch. */
const BATCH_BYTES_MAX = 900_000
const BATCH_RECORDS_MAX = 10_000

export type Cut = { records: PackedRecord[] /** Where each stands in what was given. */; places: number[] }

/** Records by partition, in their order, as batches under the limits; a record above them gets a batch to itself. */
export function cutBatches(records: readonly PackedRecord[], bytesMax = BATCH_BYTES_MAX): Map<number, Cut[]> {
  const byPartition = new Map<number, { cuts: Cut[]; bytes: number }>()
  records.forEach((record, place) => {
    const bytes = recordBytesMax(record)
    let open = byPartition.get(record.partition)
    if (!open) {
      open = { cuts: [], bytes: 0 }
      byPartition.set(record.partition, open)
    }
    const last = open.cuts[open.cuts.length - 1]
    if (last && open.bytes + bytes <= bytesMax && last.records.length < BATCH_RECORDS_MAX) {
      last.records.push(record)
      last.places.push(place)
      open.bytes += bytes
    } else {
      open.cuts.push({ records: [record], places: [place] })
      open.bytes = BATCH_HEADER_BYTES + bytes
    }
  })
  return new Map([...byPartition].map(([partition, { cuts }]) => [partition, cuts]))
}

/** The next sequence number of a producer on a partition: int32, back to 0 after 2^31 - 1. */
export function nextSequence(sequence: number, count: number): number {
  return (sequence + count) % 2 ** 31
}
