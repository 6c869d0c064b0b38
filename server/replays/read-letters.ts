import { type DecodedDeadLetter, decodeDeadLetter } from '@/lib/dead-letter'
import { batchBytes } from '@/server/kafka/index'
import type { Fetcher, KafkaCluster, LogRecord, RecordHeader } from '@/server/kafka/port'
import type { RecordParts } from '@/server/serde/record-serde'
import { BodyReader } from './body-reader'
import { murmur2 } from './choose-partition'
import { EditError, type EditTrouble } from './edit-error'
import type { EditSerde } from './edit-serde'
import type { Place } from './ledger'
import {
  addedHeaders,
  cutOut,
  letterInput,
  type Making,
  outgoingRecord,
  PLAIN_REPLAY,
  payloadBytes,
  type ReplayStamp,
} from './outgoing-record'
import { boundsReader, readRecords } from './read-records'

export type Ref = { partition: number; offset: bigint }

/** A selected dead letter, read and decoded; its bytes are let go, so that ten thousand fit anywhere. */
export type Letter = Ref & {
  /** false: retention, compaction or an abort took it, or it never was. */
  found: boolean
  timestampMs: number
  decoded: Pick<DecodedDeadLetter, 'family' | 'origin' | 'consumerGroup' | 'notes' | 'replay'> | null
  /** Key and value stand at the origin, not here (share groups); null where they are gone there, too. */
  body: Place | null
  bodyGone: boolean
  /** It only points at its record; else the body is the source's because a person chose so. */
  isPointer: boolean
  /** Why the edit does not fit it; null: it does, or there is none. */
  editTrouble: EditTrouble | null
  isEdited: boolean
  keyHash: number | null
  payloadBytes: number
  batchBytes: number
}

/** Headers as they stood, of the first letters: for the differences that a person is shown. */
export type HeaderSample = Ref & { timestampMs: number; headers: RecordHeader[] }

const SAMPLES = 20
const EDIT_SAMPLES = 5
const SAMPLE_VALUE_BYTES = 4096
const SAMPLE_TEXT_BYTES = 4000
/** For sizes: what `x-replay-*` will take at most. */
const WIDEST: Omit<ReplayStamp, 'by'> = {
  replay: 'r'.repeat(40),
  count: 999,
  atMs: 253_402_300_799_999,
  timestamp: 'now',
}

export type LetterReader = {
  fetcher: Fetcher
  cluster: KafkaCluster
  topic: string
  /** The name that `x-replay-by` will carry, for sizes. */
  by: string | null
  /** What a pointer names is a stranger's word: only what the person may read is read for them. */
  mayRead(topic: string): boolean
  signal: AbortSignal
  making?: Making
  /** Key and value of the source record instead of the letter's. */
  fromOrigin?: boolean
}

type Shown = { key: string | null; value: string | null }
/** What an edit makes of a record, as text, cut: for the differences that a person is shown. */
export type EditSample = Ref & { before: Shown; after: Shown }

/** Reads and decodes the selection, partition by partition. Throws what a partition answers instead of records. */
export async function readLetters(
  reader: LetterReader,
  refs: readonly Ref[],
): Promise<{ letters: Letter[]; samples: HeaderSample[]; edits: EditSample[] }> {
  const { fetcher, topic, signal } = reader
  const letters: Letter[] = []
  const samples: HeaderSample[] = []
  const edits: EditSample[] = []
  const bodies = new BodyReader(fetcher, signal)
  const byPartition = Map.groupBy(refs, ref => ref.partition)
  for (const [partition, wanted] of [...byPartition].sort(([a], [b]) => a - b)) {
    const offsets = wanted.map(ref => ref.offset).sort((a, b) => (a < b ? -1 : 1))
    const bounds = boundsReader(reader.cluster, topic, partition, signal)
    for await (const found of readRecords(fetcher, topic, partition, offsets, signal, bounds))
      for (const { offset, record } of found) {
        if (record === null) letters.push(lostLetter(partition, offset))
        else {
          letters.push(await toLetter(reader, bodies, record, edits))
          if (samples.length < SAMPLES) samples.push(toSample(record))
        }
        if (letters.length % 500 === 0) await new Promise(resolve => setImmediate(resolve))
      }
  }
  return { letters, samples, edits }
}

function lostLetter(partition: number, offset: bigint): Letter {
  return {
    partition,
    offset,
    found: false,
    timestampMs: -1,
    decoded: null,
    body: null,
    bodyGone: false,
    isPointer: false,
    editTrouble: null,
    isEdited: false,
    keyHash: null,
    payloadBytes: 0,
    batchBytes: 0,
  }
}

async function toLetter(
  reader: LetterReader,
  bodies: BodyReader,
  found: LogRecord,
  edits: EditSample[],
): Promise<Letter> {
  const record = cutOut(found)
  const { topic, by, making = PLAIN_REPLAY, fromOrigin = false } = reader
  const decoded = decodeDeadLetter(letterInput(topic, record))
  const isPointer = making.kind === 'replay' && decoded.notes.includes('pointer')
  const wantsBody = isPointer || fromOrigin
  const pointed = wantsBody ? placeOf(decoded.origin) : null
  const body = pointed && reader.mayRead(pointed.topic) ? await bodies.read(pointed) : null
  const stamp = { ...WIDEST, by }
  const { family, origin, consumerGroup, notes, replay } = decoded
  const { partition, offset, timestampMs } = record
  const plain = body ?? record
  const letter = { topic, record, headers: record.headers, family }
  let outgoing: ReturnType<typeof outgoingRecord>
  let editTrouble: EditTrouble | null = null
  let isEdited = false
  const parts = { key: plain.key, value: plain.value, headers: record.headers }
  if (making.serde) await making.serde.prepare(parts)
  try {
    outgoing = outgoingRecord(letter, body, 0, stamp, making)
    if (making.edit !== null) {
      isEdited = !sameBytes(outgoing.key, plain.key) || !sameBytes(outgoing.value, plain.value)
      if (isEdited && edits.length < EDIT_SAMPLES)
        edits.push({ partition, offset, ...shownEdit(making.serde, parts, outgoing) })
      isEdited ||= (making.edit.headers ?? []).length > 0
    }
  } catch (error) {
    if (!(error instanceof EditError)) throw error
    editTrouble = error.trouble
    outgoing = outgoingRecord(letter, body, 0, stamp, { ...making, edit: null, serde: null })
  }
  const added = addedHeaders({ topic, partition, offset, timestampMs }, stamp)
  return {
    partition,
    offset,
    found: true,
    timestampMs,
    decoded: { family, origin, consumerGroup, notes, replay },
    body: body && pointed,
    bodyGone: wantsBody && body === null,
    isPointer,
    editTrouble,
    isEdited,
    keyHash: outgoing.key && murmur2(outgoing.key),
    payloadBytes: payloadBytes(outgoing) - (making.kind === 'copy' ? 0 : headerBytes(added)),
    batchBytes: batchBytes(outgoing),
  }
}

const sameBytes = (a: Buffer | null, b: Buffer | null) => a === b || (a !== null && b !== null && a.equals(b))
/** As they are shown everywhere: what a schema reads as its JSON, what nothing reads as hex. */
function shownEdit(edit: EditSerde | null, before: RecordParts, after: RecordParts) {
  const shown = (record: RecordParts): Shown => ({
    key: edit?.serde.payload('key', record, SAMPLE_TEXT_BYTES)?.text ?? null,
    value: edit?.serde.payload('value', record, SAMPLE_TEXT_BYTES)?.text ?? null,
  })
  return { before: shown(before), after: shown(after) }
}

const headerBytes = (headers: RecordHeader[]) => payloadBytes({ key: null, value: null, headers })

/** Where the record first stood, if its headers say all of it. */
export function placeOf(origin: DecodedDeadLetter['origin']): Place | null {
  const { topic, partition, offset } = origin
  return topic === null || partition === null || offset === null ? null : { topic, partition, offset }
}

function toSample(record: LogRecord): HeaderSample {
  const { partition, offset, timestampMs, headers } = record
  return {
    partition,
    offset,
    timestampMs,
    headers: headers.map(({ name, value }) => ({
      name: Buffer.from(name),
      // A stack trace is cut for the screen anyway.
      value: value && Buffer.from(value.subarray(0, SAMPLE_VALUE_BYTES)),
    })),
  }
}
