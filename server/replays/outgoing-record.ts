import type { Family } from '@/lib/contracts/dead-letters'
import type { ReplayEdit } from '@/lib/contracts/replay-request'
import { type DeadLetterInput, replayHeaders } from '@/lib/dead-letter'
import type { RecordPacker } from '@/server/kafka/index'
import type { LogRecord, OutgoingRecord, PackedRecord, RecordHeader, RecordSpans } from '@/server/kafka/port'
import { editRecord } from './edit-record'
import type { EditSerde } from './edit-serde'
import type { KindChange } from './kind-changes'

/** A record cut out of its batch once: the log's own cuts anew wherever one looks. Its bytes are still views. */
export function cutOut(record: LogRecord): LogRecord {
  const { partition, offset, timestampMs, timestampType, key, value, headers, batch } = record
  return { partition, offset, timestampMs, timestampType, key, value, headers, batch }
}

/** What the decoder reads of a record. Its parts are getters of the log's own bytes: spreading one would lose them. */
export function letterInput(topic: string, record: LogRecord): DeadLetterInput {
  const { partition, offset, timestampMs, key, value, headers } = record
  return { topic, partition, offset, timestampMs, key, value, headers }
}

export type ReplayStamp = {
  replay: string
  count: number
  atMs: number
  /** null unless the cluster's configuration asks for the person's name. */
  by: string | null
  timestamp: 'now' | 'keep'
}

/** What a replay makes of a record besides its place: a copy keeps every header and adds none. */
export type Making = {
  kind: 'replay' | 'copy'
  edit: ReplayEdit | null
  /** How an edit reads and writes; null without one. */
  serde: EditSerde | null
  /** Takes the fields that the edit gives another kind of value: a plan tells them. */
  kinds?: KindChange[]
}
export const PLAIN_REPLAY: Making = { kind: 'replay', edit: null, serde: null }

const NAMES = {
  id: Buffer.from('x-replay-id'),
  count: Buffer.from('x-replay-count'),
  source: Buffer.from('x-replay-source'),
  at: Buffer.from('x-replay-at'),
  timestamp: Buffer.from('x-replay-original-timestamp'),
  by: Buffer.from('x-replay-by'),
}

/** The last header of each name: a transaction's records share most of them. */
const lastOf = new Map<Buffer, { text: string | number; header: RecordHeader }>()
function shared(name: Buffer, text: string | number, show?: (text: number) => string): RecordHeader {
  const last = lastOf.get(name)
  if (last?.text === text) return last.header
  const value = Buffer.from(show && typeof text === 'number' ? show(text) : String(text))
  const header = { name, value }
  lastOf.set(name, { text, header })
  return header
}
const isoOf = (ms: number) => new Date(ms).toISOString()

/** `x-replay-*`: UTF-8 text, replaced at each replay, so that they tell of the last one. */
export function addedHeaders(
  source: { topic: string; partition: number; offset: bigint; timestampMs: number },
  stamp: ReplayStamp,
): RecordHeader[] {
  const added = [
    shared(NAMES.id, stamp.replay),
    shared(NAMES.count, stamp.count),
    { name: NAMES.source, value: Buffer.from(`${source.topic}/${source.partition}/${source.offset}`) },
    shared(NAMES.at, stamp.atMs, isoOf),
    shared(NAMES.timestamp, source.timestampMs),
  ]
  if (stamp.by !== null) added.push(shared(NAMES.by, stamp.by))
  return added
}

/** A dead letter as it was read; `headers` are the record's, cut out of its batch once. */
export type Letter = { topic: string; record: LogRecord; headers: RecordHeader[]; family: Family }

/**
 * What of a record goes to its target: key and value as raw bytes, business headers in their order with duplicates
 * and nulls, the framework's dead-letter and retry state left behind. `body` is where key and value stand if not in
 * the letter. Throws EditError for a record that the edit does not fit.
 */
export function keptRecord(
  { record, family, headers }: Letter,
  body: Pick<LogRecord, 'key' | 'value'> | null,
  { kind, edit, serde, kinds }: Making,
): Pick<OutgoingRecord, 'key' | 'value' | 'headers'> {
  const { key, value } = body ?? record
  const kept = kind === 'copy' ? headers : replayHeaders(headers, family, [])
  const plain = { key, value, headers: kept }
  return edit === null ? plain : editRecord(plain, edit, serde?.serde, kinds).record
}

/** The record as it goes to its target: what is kept of it, and ours added. Throws as `keptRecord` does. */
export function outgoingRecord(
  letter: Letter,
  body: Pick<LogRecord, 'key' | 'value'> | null,
  partition: number,
  stamp: ReplayStamp,
  making: Making = PLAIN_REPLAY,
): OutgoingRecord {
  const kept = keptRecord(letter, body, making)
  const added = making.kind === 'copy' ? [] : addedHeaders(sourceOf(letter), stamp)
  return {
    ...kept,
    partition,
    headers: [...kept.headers, ...added],
    timestampMs: timestampOf(letter.record, stamp),
  }
}

/**
 * As `outgoingRecord` without an edit and with the letter's own body: what a replay at full speed does with each
 * record.
 */
export function repack(
  packer: RecordPacker,
  letter: Letter,
  body: RecordSpans,
  partition: number,
  stamp: ReplayStamp,
  kind: Making['kind'],
): PackedRecord {
  const { record, family, headers } = letter
  const sent =
    kind === 'copy' ? headers : replayHeaders(headers, family, addedHeaders(sourceOf(letter), stamp))
  return packer.repack(body, { partition, headers: sent, timestampMs: timestampOf(record, stamp) })
}

function sourceOf({ topic, record: { partition, offset, timestampMs } }: Letter) {
  return { topic, partition, offset, timestampMs }
}

/** A record without a timestamp (-1) gets the time of its replay, whatever was asked. */
const timestampOf = ({ timestampMs }: LogRecord, stamp: ReplayStamp) =>
  stamp.timestamp === 'keep' && timestampMs >= 0 ? timestampMs : stamp.atMs

/** Bytes of key, value and headers: what a person counts. */
export function payloadBytes(record: Pick<OutgoingRecord, 'key' | 'value' | 'headers'>): number {
  let bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0)
  for (const { name, value } of record.headers) bytes += name.length + (value?.length ?? 0)
  return bytes
}
