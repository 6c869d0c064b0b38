import { type API, createAPI, type Reader, Writer } from '@platformatic/kafka'
import type { AbortedTransaction } from './aborted-transactions'
import { ByteCursor } from './byte-cursor'
import { CorruptBatch } from './corrupt-batch'

/** Fetch (key 1) as one topic is read: no incremental fetch session, no rack, nothing of a follower's. */
export type FetchRequest = {
  topic: string
  topicId: string
  maxWaitMs: number
  maxBytes: number
  /** 1 is read_committed. */
  isolation: 0 | 1
  partitions: { partition: number; offset: bigint; maxBytes: number }[]
}

export type FetchedPart = {
  partition: number
  errorCode: number
  highWatermark: bigint
  lastStableOffset: bigint
  /** -1 from brokers before 0.11. */
  logStartOffset: bigint
  abortedTransactions: AbortedTransaction[]
  /** Record batches as they came, the last one perhaps truncated. */
  records: Buffer
}

export type FetchResponse = { errorCode: number; parts: FetchedPart[] }

export const FETCH_KEY = 1
const OLDEST = 4
const NEWEST = 17
/** Flexible encoding, topic ids, no replica id: what changed when (FetchRequest.json in Kafka's source). */
const FLEXIBLE = 12
const TOPIC_IDS = 13
const NO_REPLICA_ID = 15

/** Own, because the library parses records one by one, eagerly, and quadratically in the chunks of the socket. */
export const FETCH_APIS: ReadonlyMap<number, API<[FetchRequest], FetchResponse>> = new Map(
  Array.from({ length: NEWEST - OLDEST + 1 }, (_, i) => [OLDEST + i, fetchApi(OLDEST + i)]),
)
export const FETCH_VERSIONS: readonly number[] = [...FETCH_APIS.keys()]

function fetchApi(version: number): API<[FetchRequest], FetchResponse> {
  return createAPI<[FetchRequest], FetchResponse>(
    FETCH_KEY,
    version,
    request => writeRequest(version, request),
    (_correlation, _key, _version, reader: Reader) => parseResponse(version, reader.buffer.buffer),
    version >= FLEXIBLE,
    version >= FLEXIBLE,
  )
}

function writeRequest(version: number, request: FetchRequest): Writer {
  const flexible = version >= FLEXIBLE
  const writer = Writer.create()
  if (version < NO_REPLICA_ID) writer.appendInt32(-1)
  writer
    .appendInt32(request.maxWaitMs)
    .appendInt32(1)
    .appendInt32(request.maxBytes)
    .appendInt8(request.isolation)
  // Session id 0 with epoch -1: a full fetch, and no session is made.
  if (version >= 7) writer.appendInt32(0).appendInt32(-1)
  writer.appendArray(
    [request],
    (w, topic) => {
      if (version >= TOPIC_IDS) w.appendUUID(topic.topicId)
      else w.appendString(topic.topic, flexible)
      w.appendArray(
        topic.partitions,
        (p, { partition, offset, maxBytes }) => {
          p.appendInt32(partition)
          if (version >= 9) p.appendInt32(-1)
          p.appendInt64(offset)
          if (version >= FLEXIBLE) p.appendInt32(-1)
          if (version >= 5) p.appendInt64(-1n)
          p.appendInt32(maxBytes)
        },
        flexible,
        flexible,
      )
    },
    flexible,
    flexible,
  )
  if (version >= 7) writer.appendArray([], () => undefined, flexible, flexible)
  if (version >= 11) writer.appendString('', flexible)
  if (flexible) writer.appendTaggedFields()
  return writer
}

/** Reads an answer of any version; every length is checked. Throws CorruptBatch when it isn't what Kafka sends. */
export function parseResponse(version: number, bytes: Buffer): FetchResponse {
  const flexible = version >= FLEXIBLE
  const cursor = new ByteCursor(bytes)
  cursor.skip(4) // throttle time
  const errorCode = version >= 7 ? cursor.int16() : 0
  if (version >= 7) cursor.skip(4) // session
  const parts: FetchedPart[] = []
  for (let topics = arrayLength(cursor, flexible); topics > 0; topics--) {
    if (version >= TOPIC_IDS) cursor.skip(16)
    else cursor.skip(flexible ? cursor.unsignedVarint() - 1 : cursor.int16())
    for (let left = arrayLength(cursor, flexible); left > 0; left--) parts.push(readPart(cursor, version))
    if (flexible) skipTags(cursor)
  }
  return { errorCode, parts }
}

function readPart(cursor: ByteCursor, version: number): FetchedPart {
  const flexible = version >= FLEXIBLE
  const partition = cursor.int32()
  const errorCode = cursor.int16()
  const highWatermark = cursor.int64()
  const lastStableOffset = cursor.int64()
  const logStartOffset = version >= 5 ? cursor.int64() : -1n
  const abortedTransactions: AbortedTransaction[] = []
  for (let left = arrayLength(cursor, flexible); left > 0; left--) {
    abortedTransactions.push({ producerId: cursor.int64(), firstOffset: cursor.int64() })
    if (flexible) skipTags(cursor)
  }
  if (version >= 11) cursor.skip(4) // preferred read replica
  const length = Math.max(0, flexible ? cursor.unsignedVarint() - 1 : cursor.int32())
  const at = cursor.at
  cursor.skip(length)
  if (flexible) skipTags(cursor)
  const records = cursor.bytes.subarray(at, at + length)
  return {
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    abortedTransactions,
    records,
  }
}

/** null counts as empty. Each item takes a byte at least, so a false count is refused at once. */
function arrayLength(cursor: ByteCursor, flexible: boolean): number {
  const length = flexible ? cursor.unsignedVarint() - 1 : cursor.int32()
  if (length > cursor.left) throw new CorruptBatch('array length')
  return Math.max(0, length)
}

function skipTags(cursor: ByteCursor): void {
  for (let left = cursor.unsignedVarint(); left > 0; left--) {
    cursor.unsignedVarint()
    cursor.skip(cursor.unsignedVarint())
  }
}
