import { type DecodedDeadLetter, decodeDeadLetter } from '@/lib/dead-letter'
import { AppError, toAppError } from '@/lib/errors'
import type { Fetcher, LogRecord, RecordHeader } from '@/server/kafka/port'
import { murmur2 } from './choose-partition'
import type { Place } from './ledger'
import {
  addedHeaders,
  batchBytes,
  letterInput,
  outgoingRecord,
  payloadBytes,
  type ReplayStamp,
} from './outgoing-record'
import { readRecords } from './read-records'

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
  keyHash: number | null
  payloadBytes: number
  batchBytes: number
}

/** Headers as they stood, of the first letters: for the differences that a person is shown. */
export type HeaderSample = Ref & { timestampMs: number; headers: RecordHeader[] }

const SAMPLES = 20
const SAMPLE_VALUE_BYTES = 4096
/** For sizes: what `x-replay-*` will take at most. */
const WIDEST: Omit<ReplayStamp, 'by'> = {
  replay: 'r'.repeat(40),
  count: 999,
  atMs: 253_402_300_799_999,
  timestamp: 'now',
}

export type LetterReader = {
  fetcher: Fetcher
  topic: string
  /** The name that `x-replay-by` will carry, for sizes. */
  by: string | null
  /** What a pointer names is a stranger's word: only what the person may read is read for them. */
  mayRead(topic: string): boolean
  signal: AbortSignal
}

/** Reads and decodes the selection, partition by partition. Throws what a partition answers instead of records. */
export async function readLetters(
  reader: LetterReader,
  refs: readonly Ref[],
): Promise<{ letters: Letter[]; samples: HeaderSample[] }> {
  const { fetcher, topic, signal } = reader
  const letters: Letter[] = []
  const samples: HeaderSample[] = []
  const byPartition = Map.groupBy(refs, ref => ref.partition)
  for (const [partition, wanted] of [...byPartition].sort(([a], [b]) => a - b)) {
    const offsets = wanted.map(ref => ref.offset).sort((a, b) => (a < b ? -1 : 1))
    for await (const { offset, record } of readRecords(fetcher, topic, partition, offsets, signal)) {
      if (record === null) letters.push(lostLetter(partition, offset))
      else {
        letters.push(await toLetter(reader, record))
        if (samples.length < SAMPLES) samples.push(toSample(record))
      }
      if (letters.length % 500 === 0) await new Promise(resolve => setImmediate(resolve))
    }
  }
  return { letters, samples }
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
    keyHash: null,
    payloadBytes: 0,
    batchBytes: 0,
  }
}

async function toLetter(reader: LetterReader, record: LogRecord): Promise<Letter> {
  const { fetcher, topic, by, signal } = reader
  const decoded = decodeDeadLetter(letterInput(topic, record))
  const pointed = decoded.notes.includes('pointer') ? placeOf(decoded.origin) : null
  const body = pointed && reader.mayRead(pointed.topic) ? await readBody(fetcher, pointed, signal) : null
  const stamp = { ...WIDEST, by }
  const outgoing = outgoingRecord({ topic, record, family: decoded.family }, body, 0, stamp)
  const { family, origin, consumerGroup, notes, replay } = decoded
  const { partition, offset, timestampMs } = record
  const key = body ? body.key : record.key
  return {
    partition,
    offset,
    found: true,
    timestampMs,
    decoded: { family, origin, consumerGroup, notes, replay },
    body: body && pointed,
    bodyGone: pointed !== null && body === null,
    keyHash: key && murmur2(key),
    payloadBytes:
      payloadBytes(outgoing) - headerBytes(addedHeaders({ topic, partition, offset, timestampMs }, stamp)),
    batchBytes: batchBytes(outgoing),
  }
}

const headerBytes = (headers: RecordHeader[]) => payloadBytes({ key: null, value: null, headers })

/** Where the record first stood, if its headers say all of it. */
export function placeOf(origin: DecodedDeadLetter['origin']): Place | null {
  const { topic, partition, offset } = origin
  return topic === null || partition === null || offset === null ? null : { topic, partition, offset }
}

/** The record a pointer points at, its bytes copied; null when it is gone (or its topic is). */
export async function readBody(
  fetcher: Fetcher,
  place: Place,
  signal?: AbortSignal,
): Promise<Pick<LogRecord, 'key' | 'value'> | null> {
  try {
    for await (const { record } of readRecords(
      fetcher,
      place.topic,
      place.partition,
      [place.offset],
      signal,
    )) {
      if (record === null) return null
      return { key: record.key && Buffer.from(record.key), value: record.value && Buffer.from(record.value) }
    }
    return null
  } catch (error) {
    const { code } = toAppError(error)
    if (code === 'TOPIC_UNKNOWN' || code === 'PARTITION_UNKNOWN') return null
    throw error instanceof AppError ? error : toAppError(error)
  }
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
