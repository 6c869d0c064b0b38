import { type DecodedDeadLetter, decodeDeadLetter } from '@/lib/dead-letter'
import { batchBytes } from '@/server/kafka/index'
import type { Fetcher, KafkaCluster, LogRecord, RecordHeader } from '@/server/kafka/port'
import type { RecordParts } from '@/server/serde/record-serde'
import { BodyReader, type RecordBody } from './body-reader'
import { murmur2 } from './choose-partition'
import { EditError, type EditTrouble } from './edit-error'
import type { EditSerde } from './edit-serde'
import type { KindChange } from './kind-changes'
import type { Place } from './ledger'
import type { Letter } from './letter'
import { LetterTable } from './letter-table'
import {
  addedHeaders,
  cutOut,
  keptRecord,
  letterInput,
  type Making,
  PLAIN_REPLAY,
  payloadBytes,
  type ReplayStamp,
} from './outgoing-record'
import { boundsReader, countPlaces, type Places, type Ref, readRecords } from './read-records'

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

/**
 * Reads and decodes the selection, partition by partition, ascending: no more of it is held than an answer brings.
 * Throws what a partition answers instead of records.
 */
export async function readLetters(
  reader: LetterReader,
  places: Places,
): Promise<{ letters: LetterTable; samples: HeaderSample[]; edits: EditSample[] }> {
  const { fetcher, topic, signal } = reader
  const letters = new LetterTable(countPlaces(places))
  const samples: HeaderSample[] = []
  const edits: EditSample[] = []
  const bodies = new BodyReader(fetcher, signal)
  for (const [partition, offsets] of places) {
    const bounds = boundsReader(reader.cluster, topic, partition, signal)
    for await (const found of readRecords(fetcher, topic, partition, offsets, signal, bounds, true))
      for (const { offset, record } of found) {
        if (record === null) letters.add(lostLetter(partition, offset))
        else {
          const made = toLetter(reader, bodies, record, edits)
          letters.add(made instanceof Promise ? await made : made)
          if (samples.length < SAMPLES) samples.push(toSample(record))
        }
        if (letters.size % 500 === 0) await new Promise(resolve => setImmediate(resolve))
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

type Read = { record: LogRecord; decoded: DecodedDeadLetter; isPointer: boolean }

/** Nothing is awaited for a letter that has all by itself: there are a hundred thousand of them. */
function toLetter(
  reader: LetterReader,
  bodies: BodyReader,
  found: LogRecord,
  edits: EditSample[],
): Letter | Promise<Letter> {
  const { topic, making = PLAIN_REPLAY, fromOrigin = false } = reader
  const record = cutOut(found)
  const decoded = decodeDeadLetter(letterInput(topic, record))
  const isPointer = making.kind === 'replay' && decoded.notes.includes('pointer')
  const read = { record, decoded, isPointer }
  const wantsBody = isPointer || fromOrigin
  if (!wantsBody && !making.serde) return makeLetter(reader, read, null, edits)
  return toLetterWithMore(reader, bodies, read, wantsBody, edits)
}

async function toLetterWithMore(
  reader: LetterReader,
  bodies: BodyReader,
  read: Read,
  wantsBody: boolean,
  edits: EditSample[],
): Promise<Letter> {
  const { record, decoded } = read
  const pointed = wantsBody ? placeOf(decoded.origin) : null
  const body = pointed && reader.mayRead(pointed.topic) ? await bodies.read(pointed) : null
  const { key, value } = body ?? record
  await reader.making?.serde?.prepare({ key, value, headers: record.headers })
  const letter = makeLetter(reader, read, body, edits)
  return { ...letter, body: body && pointed, bodyGone: wantsBody && body === null }
}

function makeLetter(
  { topic, by, making = PLAIN_REPLAY }: LetterReader,
  { record, decoded, isPointer }: Read,
  body: RecordBody | null,
  edits: EditSample[],
): Letter {
  const { family, origin, consumerGroup, notes, replay } = decoded
  const { partition, offset, timestampMs, headers } = record
  const { key, value } = body ?? record
  const letter = { topic, record, headers, family }
  let kept: ReturnType<typeof keptRecord>
  let editTrouble: EditTrouble | null = null
  let isEdited = false
  const kinds: KindChange[] = []
  try {
    kept = keptRecord(letter, body, making.edit === null ? making : { ...making, kinds })
    if (making.edit !== null) {
      isEdited = !sameBytes(kept.key, key) || !sameBytes(kept.value, value)
      if (isEdited && edits.length < EDIT_SAMPLES)
        edits.push({ partition, offset, ...shownEdit(making.serde, { key, value, headers }, kept) })
      isEdited ||= (making.edit.headers ?? []).length > 0
    }
  } catch (error) {
    if (!(error instanceof EditError)) throw error
    editTrouble = error.trouble
    kept = keptRecord(letter, body, { ...making, edit: null, serde: null })
  }
  const stamp = { ...WIDEST, by }
  const added = making.kind === 'copy' ? [] : addedHeaders({ topic, partition, offset, timestampMs }, stamp)
  return {
    partition,
    offset,
    found: true,
    timestampMs,
    decoded: { family, origin, consumerGroup, notes, replay },
    body: null,
    bodyGone: false,
    isPointer,
    editTrouble,
    isEdited,
    ...(kinds.length > 0 ? { kinds } : {}),
    keyHash: kept.key && murmur2(kept.key),
    payloadBytes: payloadBytes(kept),
    batchBytes: batchBytes({ ...kept, headers: [...kept.headers, ...added] }),
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
