import { isUtf8 } from 'node:buffer'
import type { DecodeFailureCode, DecodeFailureParams } from '@/lib/contracts/decode-failure'
import type { DecoderName, SerdeReason } from '@/lib/contracts/serdes'
import type { RecordHeader } from '@/server/kafka/port'
import { behindMark } from './byte-order-mark'
import { DecodeError } from './decode-error'
import { decodeJson } from './decoders/json'
import { decodeText } from './decoders/text'
import { looksCbor } from './formats/cbor'
import { looksEucKr } from './formats/euc-kr'
import { isKafkaTopic, readKafkaRecord } from './formats/kafka-internal'
import { looksMsgpack } from './formats/msgpack'
import type { Compression } from './inflate-inside'
import { isJsonContainer } from './is-json'
import type { MessageName } from './schema/compiled-schema'
import type { KnownSchema } from './schema/known-schemas'
import type { SchemaRef } from './schema/schema-ref'
import { textOfValue } from './stringify-value'
import type { Part } from './wire-frame'

/** The parts of a record that decide how it is read; a LogRecord is one. */
export type RecordParts = {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly RecordHeader[]
}

/** What stood around the bytes: a compression, or a byte order mark before JSON. */
type Wrapping = Compression | 'utf-8-bom'

/**
 * What was decided about one key or value: with which decoder, why, and which bytes are left when a wrapping
 * is off.
 */
export type Reading = {
  decoder: DecoderName
  reason: SerdeReason
  bytes: Buffer
  /** Where the value begins in `bytes`: behind its frame. */
  at: number
  inside: Wrapping | null
  ref: SchemaRef | null
  schema: Extract<KnownSchema, { ok: true }> | null
  /** Of a Protobuf schema, where headers say which message it is. */
  message: MessageName | null
  /** Text that the decision made already: Kafka's own records. */
  text: string | null
  /** Why a better decoder could not be used; `decoder` is what is left then. */
  failure: ToldFailure | null
}

/** Where the bytes stand: Kafka's own topics are known by their names. */
export type Place = { part: Part; record: RecordParts; topic: string }

/** The first decoder that knows the bytes, and by what it knew them. Linear in the bytes. */
export function detect(bytes: Buffer, place: Place | null): Reading {
  if (bytes.length === 0) return plain('text', 'empty', bytes)
  if (place !== null && isKafkaTopic(place.topic)) return kafkaReading(place, bytes, 'internal-topic')
  const limits = { maxTextBytes: 1 }
  if (decodeJson(bytes, limits) !== null) return plain('json', 'json-syntax', bytes)
  const behind = behindMark(bytes)
  if (behind !== null && decodeJson(behind, limits) !== null) return json('json-syntax', bytes)
  if (decodeText(bytes, limits) !== null) return plain('text', 'utf8', bytes)
  if (bytes.length === 4) return plain('int32-be', 'four-bytes', bytes)
  if (bytes.length === 8) return plain('int64-be', 'eight-bytes', bytes)
  if (bytes.length === 16 && hasUuidBits(bytes)) return plain('uuid', 'uuid-bits', bytes)
  if (!isUtf8(bytes) && looksEucKr(bytes)) return plain('euc-kr', 'euc-kr-syllables', bytes)
  if (looksMsgpack(bytes)) return plain('msgpack', 'msgpack-syntax', bytes)
  if (looksCbor(bytes)) return plain('cbor', 'cbor-syntax', bytes)
  if (isJsonContainer(behind ?? bytes))
    return failed(bytes, told(new DecodeError('it is JSON, but not UTF-8', 'NOT_UTF8')))
  return plain('hex', 'nothing-fits', bytes)
}

/** A record of one of Kafka's own topics. Throws DecodeError. */
export function kafkaReading(
  { part, record, topic }: Place,
  bytes: Buffer,
  reason: SerdeReason | null,
): Reading {
  const text = textOfValue(readKafkaRecord(topic, part, record.key, bytes))
  return { ...plain('kafka', reason, bytes), text }
}

/** Version 1 to 8 and the variant of RFC 9562: of random bytes one in 16 has them. */
function hasUuidBits(bytes: Buffer): boolean {
  const version = (bytes[6] ?? 0) >> 4
  return version >= 1 && version <= 8 && (bytes[8] ?? 0) >> 6 === 2
}

export function plain(decoder: DecoderName, reason: SerdeReason | null, bytes: Buffer): Reading {
  return {
    decoder,
    reason: reason ?? 'asked',
    bytes,
    at: 0,
    inside: null,
    ref: null,
    schema: null,
    message: null,
    text: null,
    failure: null,
  }
}

/** JSON, whatever a mark before it: parsers stumble over one, and it is no part of the text (RFC 8259, 8.1). */
export function json(reason: SerdeReason | null, bytes: Buffer): Reading {
  const behind = behindMark(bytes)
  return behind === null
    ? plain('json', reason, bytes)
    : { ...plain('json', reason, behind), inside: 'utf-8-bom' }
}

export function failed(bytes: Buffer, failure: ToldFailure): Reading {
  return { ...plain('hex', 'nothing-fits', bytes), failure }
}

/** A failure as payloads carry it: in words, and as a code with its parameters. */
export type ToldFailure = {
  error: string
  errorCode: DecodeFailureCode
  errorParams: DecodeFailureParams
}

/** `other` is the code of errors that have none of their own. */
export function told(
  { message, failure, detail }: DecodeError,
  other: DecodeFailureCode = 'UNREADABLE',
): ToldFailure {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return {
    error: text.endsWith('.') ? text : `${text}.`,
    errorCode: failure?.code ?? other,
    errorParams: failure?.params ?? detail,
  }
}
