import { decodeDeadLetter } from '@/lib/dead-letter'
import type { Fetcher, OutgoingRecord } from '@/server/kafka/port'
import type { Place } from './ledger'
import { letterInput, outgoingRecord, payloadBytes, type ReplayStamp } from './outgoing-record'
import { placeOf, readBody } from './read-letters'
import { readRecords } from './read-records'
import type { ReplayItem } from './replay-item'

/** A transaction's worth of records: more would hold the target's last stable offset back for too long. */
export const BATCH_RECORDS = 2_000
const BATCH_BYTES = 4 * 1024 * 1024

export type Ready = { item: ReplayItem; topic: string; record: OutgoingRecord; origin: Place | null }
export type Batch = {
  ready: Ready[]
  /** Records that are gone from the log since the plan. */
  gone: ReplayItem[]
}

export type BatchSource = {
  fetcher: Fetcher
  topic: string
  partition: number
  stamp: Omit<ReplayStamp, 'count' | 'atMs'>
  now(): number
  signal: AbortSignal
}

/** Reads the first of these items, all of one slice and ascending, until 4 MiB are together; bytes are copied out of the fetched chunks. */
export async function collectBatch(source: BatchSource, items: readonly ReplayItem[]): Promise<Batch> {
  const { fetcher, topic, partition, signal } = source
  const batch: Batch = { ready: [], gone: [] }
  const atMs = source.now()
  let bytes = 0
  let next = 0
  const offsets = items.map(item => item.offset)
  for await (const { record } of readRecords(fetcher, topic, partition, offsets, signal)) {
    const item = items[next]
    next += 1
    if (!item) break
    const { target } = item
    const body = item.body && (await readBody(fetcher, item.body, signal))
    if (record === null || target === null || (item.body !== null && body === null)) {
      batch.gone.push(item)
      continue
    }
    const decoded = decodeDeadLetter(letterInput(topic, record))
    const stamp = { ...source.stamp, count: item.count, atMs }
    const letter = { topic, record, family: decoded.family }
    const outgoing = copied(outgoingRecord(letter, body, target.partition, stamp))
    batch.ready.push({ item, topic: target.topic, record: outgoing, origin: placeOf(decoded.origin) })
    bytes += payloadBytes(outgoing)
    if (bytes >= BATCH_BYTES) break
  }
  return batch
}

/** A view would keep the whole chunk alive that it was fetched in. */
function copied(record: OutgoingRecord): OutgoingRecord {
  return {
    ...record,
    key: record.key && Buffer.from(record.key),
    value: record.value && Buffer.from(record.value),
    headers: record.headers.map(({ name, value }) => ({
      name: Buffer.from(name),
      value: value && Buffer.from(value),
    })),
  }
}
