import { decodeOrigin } from '@/lib/dead-letter'
import type { Fetcher, KafkaCluster, LogRecord, OutgoingRecord } from '@/server/kafka/port'
import { BodyReader, type RecordBody } from './body-reader'
import { EditError } from './edit-error'
import type { Place } from './ledger'
import { cutOut, type Making, outgoingRecord, payloadBytes, type ReplayStamp } from './outgoing-record'
import { placeOf } from './read-letters'
import { boundsReader, readRecords } from './read-records'
import type { ReplayItem } from './replay-item'

/** A transaction's worth of records: more would hold the target's last stable offset back for too long. */
export const BATCH_RECORDS = 2_000
export const BATCH_BYTES = 4 * 1024 * 1024

export type Ready = { item: ReplayItem; topic: string; record: OutgoingRecord; origin: Place | null }
type Prepared = Ready | 'unfit' | null
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

/**
 * Reads the first of these items, all of one slice and ascending, until 4 MiB are together. Bytes are views
 * of the fetched chunks: for one transaction.
 */
export async function collectBatch(source: BatchSource, items: readonly ReplayItem[]): Promise<Batch> {
  const { fetcher, topic, partition, signal } = source
  const batch: Batch = { ready: [], gone: [], unfit: [], bytes: 0 }
  const bytesMax = Math.min(BATCH_BYTES, source.bytesMax ?? BATCH_BYTES)
  const bodies = new BodyReader(fetcher, signal)
  const atMs = source.now()
  const offsets = items.map(item => item.offset)
  const bounds = boundsReader(source.cluster, topic, partition, signal)
  let next = 0
  for await (const found of readRecords(fetcher, topic, partition, offsets, signal, bounds))
    for (const { record } of found) {
      const item = items[next++]
      if (!item) return batch
      const prepared = record && prepare(source, bodies, item, record, atMs)
      const made = prepared instanceof Promise ? await prepared : prepared
      if (made === null) batch.gone.push(item)
      else if (made === 'unfit') batch.unfit.push(item)
      else {
        batch.ready.push(made)
        batch.bytes += payloadBytes(made.record)
        if (batch.bytes >= bytesMax) return batch
      }
    }
  return batch
}

/**
 * null: it or its body is gone. Nothing is awaited for a record that has all by itself: there are tens of
 * thousands a second.
 */
function prepare(
  source: BatchSource,
  bodies: BodyReader,
  item: ReplayItem,
  found: LogRecord,
  atMs: number,
): Prepared | Promise<Prepared> {
  const record = cutOut(found)
  if (item.body === null && source.making.serde === null) return makeReady(source, item, record, null, atMs)
  return prepareWithMore(source, bodies, item, record, atMs)
}

async function prepareWithMore(
  source: BatchSource,
  bodies: BodyReader,
  item: ReplayItem,
  record: LogRecord,
  atMs: number,
): Promise<Prepared> {
  const body = item.body && (await bodies.read(item.body))
  if (item.body !== null && body === null) return null
  await source.making.serde?.prepare(body ? { ...body, headers: record.headers } : record)
  return makeReady(source, item, record, body, atMs)
}

function makeReady(
  { topic, stamp, making }: BatchSource,
  item: ReplayItem,
  record: LogRecord,
  body: RecordBody | null,
  atMs: number,
): Prepared {
  const { target, count } = item
  if (target === null) return null
  const decoded = decodeOrigin(record.headers)
  const letter = { topic, record, family: decoded.family }
  try {
    const outgoing = outgoingRecord(letter, body, target.partition, { ...stamp, count, atMs }, making)
    const origin = making.kind === 'copy' ? null : placeOf(decoded.origin)
    return { item, topic: target.topic, record: outgoing, origin }
  } catch (error) {
    if (!(error instanceof EditError)) throw error
    return 'unfit'
  }
}
