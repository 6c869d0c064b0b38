import type { Family } from '@/lib/contracts/dead-letters'
import { decodeDeadLetter, fingerprint, type Origin } from '@/lib/dead-letter'
import type { LogRecord } from '@/server/kafka/port'
import type { IssueCell } from './issue-cell'

/** Longest preview of a value, key and message that the index keeps, in characters. */
const PREVIEW_LENGTH = 200
const KEY_LENGTH = 100
const MESSAGE_LENGTH = 300

/** One dead letter as the index keeps it: no value, no stack trace, shared strings wherever they repeat. */
export type IndexRow = {
  topic: string
  partition: number
  /** Kafka's own, so exact as a number. */
  offset: number
  /** CreateTime or LogAppendTime; where a record has none, when it was indexed. */
  atMs: number
  hasTime: boolean
  family: Family
  key: string | null
  preview: string | null
  origin: Origin
  message: string | null
  consumerGroup: string | null
  attempts: number | null
  cell: IssueCell
  /** A replay of it is known. */
  replayed: boolean
  /** It failed again after a replay. */
  refailed: boolean
}

/** What a record says, before it is counted. */
export type IndexedLetter = Omit<IndexRow, 'cell' | 'replayed'> & {
  issue: {
    fingerprint: string
    exceptionClass: string | null
    maskedMessage: string | null
    frames: string[]
  }
}

/**
 * Decodes a record into what the index keeps. Nothing it answers holds on to the fetched batch: the bytes are copied or gone.
 * `fallbackOrigin` stands in the fingerprint where headers name no origin, so that letters of different topics stay apart.
 */
export function indexLetter(
  topic: string,
  record: LogRecord,
  fallbackOrigin: string,
  nowMs: number,
): IndexedLetter {
  const decoded = decodeDeadLetter({
    topic,
    partition: record.partition,
    offset: record.offset,
    timestampMs: record.timestampMs,
    headers: record.headers,
    key: record.key,
    value: record.value,
  })
  const { rootCause, class: thrown, message, stackTrace } = decoded.exception
  const identity = fingerprint({
    rootCause: rootCause ?? thrown,
    message,
    stackTrace,
    originTopic: decoded.origin.topic ?? fallbackOrigin,
    consumerGroup: decoded.consumerGroup,
  })
  const hasTime = record.timestampMs >= 0
  return {
    topic,
    partition: record.partition,
    offset: Number(record.offset),
    atMs: hasTime ? record.timestampMs : nowMs,
    hasTime,
    family: decoded.family,
    key: preview(record.key, KEY_LENGTH),
    preview: preview(record.value, PREVIEW_LENGTH),
    origin: decoded.origin,
    message: message === null ? null : ownText(message, MESSAGE_LENGTH),
    consumerGroup: decoded.consumerGroup,
    attempts: decoded.attempts,
    refailed: decoded.replay !== null && decoded.replay.count >= 1,
    issue: {
      fingerprint: identity.fingerprint,
      exceptionClass: rootCause ?? thrown,
      maskedMessage: identity.maskedMessage,
      frames: identity.frames,
    },
  }
}

/** The beginning of a key or value as one line of text; bytes that are no text as hex. null stays null, empty stays empty. */
function preview(value: Buffer | null, length: number): string | null {
  if (value === null) return null
  // Decoding just enough bytes keeps the answer from holding on to a longer string.
  const start = value.subarray(0, length * 4)
  const text = start.toString('utf8')
  if (isBinary(text)) return value.subarray(0, length / 2).toString('hex')
  return ownText(text.replace(/[\p{C}\s]+/gu, ' '), length)
}

function isBinary(text: string): boolean {
  let strange = 0
  for (let i = 0; i < text.length && i < 64; i++) {
    const code = text.charCodeAt(i)
    if (code === 0xfffd || (code < 32 && code !== 9 && code !== 10 && code !== 13)) strange++
  }
  return strange > Math.min(text.length, 64) / 10
}

/** A text of its own, cut to length: V8 keeps the whole of a string alive for a slice of it. */
export function ownText(text: string, length = Number.POSITIVE_INFINITY): string {
  return Buffer.from(text.length > length ? text.slice(0, length) : text, 'utf8').toString('utf8')
}
