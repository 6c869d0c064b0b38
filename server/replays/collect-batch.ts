import { decodeOrigin } from '@/lib/dead-letter'
import type { RecordPacker } from '@/server/kafka/index'
import type { Fetcher, KafkaCluster, LogRecord, OutgoingRecord, PackedRecord } from '@/server/kafka/port'
import { BodyReader, type RecordBody } from './body-reader'
import { EditError } from './edit-error'
import type { Place } from './ledger'
import {
  cutOut,
  type Letter,
  type Making,
  outgoingRecord,
  payloadBytes,
  type ReplayStamp,
  repack,
} from './outgoing-record'
import { placeOf } from './read-letters'
import { boundsReader, readRecords } from './read-records'
import type { ReplayItem } from './replay-item'

/** A transaction's worth of records: more would hold the target's last stable offset back for too long. */
export const BATCH_RECORDS = 4_000
export const BATCH_BYTES = 4 * 1024 * 1024

export type Ready<R> = { item: ReplayItem; topic: string; record: R; origin: Place | null }
type Prepared<R> = Ready<R> | 'unfit' | null
export type Batch<R> = {
  ready: Ready<R>[]
  /** Records that are gone from the log since the plan. */
  gone: ReplayItem[]
  /** Records that are not any more what the edit was planned for. */
  unfit: ReplayItem[]
  /** As their form counts them. */
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

/** In which form the records are wanted: as they are, or packed for a transaction. */
export type RecordForm<R> = {
  make(letter: Letter, body: RecordBody | null, partition: number, stamp: ReplayStamp, making: Making): R
  /** Of key, value and headers; packed ones with their lengths. */
  bytes(record: R): number
}

/** Their Buffers are views of what was fetched. */
export const asRecords: RecordForm<OutgoingRecord> = { make: outgoingRecord, bytes: payloadBytes }

/** Until the packer is reset. */
export function asPacked(packer: RecordPacker): RecordForm<PackedRecord> {
  return {
    make(letter, body, partition, stamp, making) {
      const spans = body === null && making.edit === null ? letter.record.body : undefined
      if (spans) return repack(packer, letter, spans, partition, stamp, making.kind)
      return packer.pack(outgoingRecord(letter, body, partition, stamp, making))
    },
    bytes: ({ from, to }) => to - from,
  }
}

/** Reads the first of these items, all of one slice and ascending, until 4 MiB are together. */
export async function collectBatch<R>(
  source: BatchSource,
  items: readonly ReplayItem[],
  form: RecordForm<R>,
): Promise<Batch<R>> {
  const { fetcher, topic, partition, signal } = source
  const batch: Batch<R> = { ready: [], gone: [], unfit: [], bytes: 0 }
  const bytesMax = Math.min(BATCH_BYTES, source.bytesMax ?? BATCH_BYTES)
  const bodies = new BodyReader(fetcher, signal)
  const stamps = stampsOf(source)
  const offsets = items.map(item => item.offset)
  const bounds = boundsReader(source.cluster, topic, partition, signal)
  let next = 0
  for await (const found of readRecords(fetcher, topic, partition, offsets, signal, bounds))
    for (const { record } of found) {
      const item = items[next++]
      if (!item) return batch
      const prepared = record && prepare(source, bodies, item, record, stamps(item.count), form)
      const made = prepared instanceof Promise ? await prepared : prepared
      if (made === null) batch.gone.push(item)
      else if (made === 'unfit') batch.unfit.push(item)
      else {
        batch.ready.push(made)
        batch.bytes += form.bytes(made.record)
        if (batch.bytes >= bytesMax) return batch
      }
    }
  return batch
}

/** One stamp for all records that were replayed as often: nearly all of a transaction's. */
function stampsOf({ stamp: { replay, by, timestamp }, now }: BatchSource): (count: number) => ReplayStamp {
  const atMs = now()
  let last: ReplayStamp = { replay, by, timestamp, count: 0, atMs }
  return count => {
    if (last.count !== count) last = { ...last, count }
    return last
  }
}

/**
 * null: it or its body is gone. Nothing is awaited for a record that has all by itself: there are tens of
 * thousands a second.
 */
function prepare<R>(
  source: BatchSource,
  bodies: BodyReader,
  item: ReplayItem,
  record: LogRecord,
  stamp: ReplayStamp,
  form: RecordForm<R>,
): Prepared<R> | Promise<Prepared<R>> {
  if (item.body === null && source.making.serde === null)
    return makeReady(source, item, record, null, stamp, form)
  return prepareWithMore(source, bodies, item, cutOut(record), stamp, form)
}

async function prepareWithMore<R>(
  source: BatchSource,
  bodies: BodyReader,
  item: ReplayItem,
  record: LogRecord,
  stamp: ReplayStamp,
  form: RecordForm<R>,
): Promise<Prepared<R>> {
  const body = item.body && (await bodies.read(item.body))
  if (item.body !== null && body === null) return null
  await source.making.serde?.prepare(body ? { ...body, headers: record.headers } : record)
  return makeReady(source, item, record, body, stamp, form)
}

function makeReady<R>(
  { topic, making }: BatchSource,
  item: ReplayItem,
  record: LogRecord,
  body: RecordBody | null,
  stamp: ReplayStamp,
  form: RecordForm<R>,
): Prepared<R> {
  const { target } = item
  if (target === null) return null
  // Cut out once: the log's own headers are cut anew wherever one looks.
  const { headers } = record
  const { family, origin } = decodeOrigin(headers)
  try {
    const letter = { topic, record, headers, family }
    const made = form.make(letter, body, target.partition, stamp, making)
    return {
      item,
      topic: target.topic,
      record: made,
      origin: making.kind === 'copy' ? null : placeOf(origin),
    }
  } catch (error) {
    if (!(error instanceof EditError)) throw error
    return 'unfit'
  }
}
