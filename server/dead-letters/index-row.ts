import { hash } from 'node:crypto'
import type { Family } from '@/lib/contracts/dead-letters'
import {
  type DeadLetterInput,
  decodeDeadLetter,
  FRAMEWORK_PREFIXES,
  fingerprint,
  type Origin,
} from '@/lib/dead-letter'
import type { ClusterConfig } from '@/server/config/types'
import type { LogRecord } from '@/server/kafka/port'
import type { IssueCell } from './issue-cell'
import { ownText } from './own-text'

/** Longest preview of a value, key and message that the index keeps, in characters. */
const PREVIEW_LENGTH = 200
const KEY_LENGTH = 100
const MESSAGE_LENGTH = 300
/** No topic has a longer name, so what is cut names none as before. */
const TOPIC_LENGTH = 250
/** Kafka allows 32,767, and a hostile record says another one each time: twenty thousand issues would be a gigabyte. */
const GROUP_LENGTH = 1000

/** One dead letter as the index keeps it, put together: no value, no stack trace. */
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
  /** A person dropped it. */
  dropped: boolean
  /** It failed again after a replay. */
  refailed: boolean
}

/** What a record says, before it is counted. */
export type IndexedLetter = Omit<IndexRow, 'cell' | 'replayed' | 'dropped'> & {
  issue: {
    fingerprint: string
    exceptionClass: string | null
    maskedMessage: string | null
    frames: string[]
  }
}

/**
 * A record as the decoder takes it. Written out: the port's records decode their parts on demand and cannot
 * be spread.
 */
export function letterInput(topic: string, record: LogRecord): DeadLetterInput {
  const { partition, offset, timestampMs, headers, key, value } = record
  return { topic, partition, offset, timestampMs, headers, key, value }
}

/**
 * What stands for the origin in a fingerprint where headers name none: the configured one, else the
 * dead-letter topic itself.
 */
export function statedOrigin(config: ClusterConfig, topic: string): string {
  return config.deadLetters.topics.find(one => one.topic === topic)?.origin ?? topic
}

/** Frames of these are no application's: the known ones and the configuration's. */
export function frameworkPrefixes(config: ClusterConfig): readonly string[] {
  const own = config.deadLetters.frameworkPrefixes ?? []
  return own.length === 0 ? FRAMEWORK_PREFIXES : [...FRAMEWORK_PREFIXES, ...own]
}

/**
 * Decodes a record into what the index keeps. Nothing it answers holds on to the fetched batch: the bytes are
 * decoded or gone; its texts may be slices of longer ones until the book or a pack has copied them.
 * `fallbackOrigin` (`statedOrigin`) keeps letters without an origin of different topics apart.
 */
export function indexLetter(
  topic: string,
  record: LogRecord,
  fallbackOrigin: string,
  nowMs: number,
  prefixes: readonly string[] = FRAMEWORK_PREFIXES,
): IndexedLetter {
  const decoded = decodeDeadLetter(letterInput(topic, record))
  const { rootCause, class: thrown, message, stackTrace } = decoded.exception
  const identity = fingerprint(
    {
      rootCause: rootCause ?? thrown,
      message,
      stackTrace,
      originTopic: decoded.origin.topic ?? fallbackOrigin,
      consumerGroup: decoded.consumerGroup,
    },
    prefixes,
    sha256Hex,
  )
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
    origin: boundedOrigin(decoded.origin),
    message: message === null ? null : message.slice(0, MESSAGE_LENGTH),
    consumerGroup: boundedName(decoded.consumerGroup, GROUP_LENGTH),
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

function boundedOrigin(origin: Origin): Origin {
  const { topic } = origin
  return topic === null || topic.length <= TOPIC_LENGTH
    ? origin
    : { ...origin, topic: boundedName(topic, TOPIC_LENGTH) }
}

/** A name of a header, cut where nobody has one so long: the letter itself still says it whole. */
function boundedName(name: string | null, length: number): string | null {
  return name === null || name.length <= length ? name : `${ownText(name, length - 1)}…`
}

const sha256Hex = (text: string): string => hash('sha256', text, 'hex')

/**
 * What a line of text may not hold as it is: controls, and white space but single blanks. Common scripts pass
 * without a closer look.
 */
const UNUSUAL = /[^\x20-\x7e\u00ae-\u02ff\u3131-\u318e\uac00-\ud7a3]| {2}/

/**
 * The beginning of a key or value as one line of text; bytes that are no text as hex. null stays null, empty
 * stays empty.
 */
function preview(value: Buffer | null, length: number): string | null {
  if (value === null) return null
  // Just enough bytes for as many characters.
  const text = value.toString('utf8', 0, length * 4)
  const head = text.slice(0, length)
  if (!UNUSUAL.test(head)) return head
  if (isBinary(text)) return value.subarray(0, length / 2).toString('hex')
  return text.replace(/[\p{C}\s]+/gu, ' ').slice(0, length)
}

function isBinary(text: string): boolean {
  let strange = 0
  for (let i = 0; i < text.length && i < 64; i++) {
    const code = text.charCodeAt(i)
    if (code === 0xfffd || (code < 32 && code !== 9 && code !== 10 && code !== 13)) strange++
  }
  return strange > Math.min(text.length, 64) / 10
}
