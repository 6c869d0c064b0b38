import { decodeDeadLetter } from '@/lib/dead-letter'
import type { Fetcher, KafkaCluster, OutgoingRecord } from '@/server/kafka/port'
import { BodyReader } from './body-reader'
import { EditError } from './edit-error'
import type { Place } from './ledger'
import {
  cutOut,
  letterInput,
  type Making,
  outgoingRecord,
  payloadBytes,
  type ReplayStamp,
} from './outgoing-record'
import { placeOf } from './read-letters'
import { boundsReader, readRecords } from './read-records'
import type { ReplayItem } from './replay-item'

/** A transaction's worth of records: more would hold the target's last stable offset back for too long. */
export const BATCH_RECORDS = 2_000
export const BATCH_BYTES = 4 * 1024 * 1024

export type Ready = { item: ReplayItem; topic: string; record: OutgoingRecord; origin: Place | null }
export type Batch = {
  ready: Ready[]
  /** Records that are gone from the log since the plan. */
  gone: ReplayItem[]
  /** Records that are not any more what the edit was planned for. */
  unfit: ReplayItem[]
  /** Of keys, values and headers. */
  bytes: number
}

export type BatchSource = {
  fetcher: Fetcher
  cluster: KafkaCluster
  topic: string
  partition: number
  stamp: Omit<ReplayStamp, 'count' | 'atMs'>
  making: Making
  /** At most so many bytes, but one record at least. */
  bytesMax?: number
  now(): number
  signal: AbortSignal
}

/** Reads the first of these items, all of one slice and ascending, until 4 MiB are together. Bytes are views of the fetched chunks: for one transaction. */
export async function collectBatch(source: BatchSource, items: readonly ReplayItem[]): Promise<Batch> {
  const { fetcher, topic, partition, signal, making } = source
  const batch: Batch = { ready: [], gone: [], unfit: [], bytes: 0 }
  const bytesMax = Math.min(BATCH_BYTES, source.bytesMax ?? BATCH_BYTES)
  const bodies = new BodyReader(fetcher, signal)
  const atMs = source.now()
  let next = 0
  const offsets = items.map(item => item.offset)
  for await (const { record: found } of readRecords(
    fetcher,
    topic,
    partition,
    offsets,
    signal,
    boundsReader(source.cluster, topic, partition, signal),
  )) {
    const item = items[next]
    next += 1
    if (!item) break
    const { target } = item
    const body = item.body && (await bodies.read(item.body))
    if (found === null || target === null || (item.body !== null && body === null)) {
      batch.gone.push(item)
      continue
    }
    const record = cutOut(found)
    const decoded = decodeDeadLetter(letterInput(topic, record))
    const stamp = { ...source.stamp, count: item.count, atMs }
    const letter = { topic, record, family: decoded.family }
    await making.serde?.prepare(body ? { ...body, headers: record.headers } : record)
    try {
      const outgoing = outgoingRecord(letter, body, target.partition, stamp, making)
      const origin = making.kind === 'copy' ? null : placeOf(decoded.origin)
      batch.ready.push({ item, topic: target.topic, record: outgoing, origin })
      batch.bytes += payloadBytes(outgoing)
    } catch (error) {
      if (!(error instanceof EditError)) throw error
      batch.unfit.push(item)
    }
    if (batch.bytes >= bytesMax) break
  }
  return batch
}
