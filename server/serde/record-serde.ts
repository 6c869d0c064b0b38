import type { Payload } from '@/lib/contracts/messages'
import type { SerdeReason } from '@/lib/contracts/serdes'
import type { RecordHeader } from '@/server/kafka/port'
import { cutText } from './cut-text'
import { DecodeError, misfit, VALUE_DEPTH_MAX } from './decode-error'
import { cutHex } from './decoders/hex'
import {
  detect,
  failed,
  json,
  kafkaReading,
  type Place,
  plain,
  type Reading,
  type RecordParts,
  type ToldFailure,
  told,
} from './detect'
import { isKafkaTopic } from './formats/kafka-internal'
import { simpleText, simpleValue } from './formats/simple'
import { compressionOf, type InflateAllowance, unwrap } from './inflate-inside'
import { parseJson } from './json-value'
import { readRawProto } from './protobuf/proto-schema'
import { comesBack } from './schema/comes-back'
import { KnownSchemas } from './schema/known-schemas'
import { type SchemaAnswer, type SchemaRef, schemaName } from './schema/schema-ref'
import type { SerdePlan } from './serde-plan'
import type { SerdeValue } from './serde-value'
import { textOfValue } from './stringify-value'
import { writeText } from './text-out'
import { type Part, readFrame, type WireFrame } from './wire-frame'

export type { Reading, RecordParts } from './detect'

/** Longest text of one payload; what is beyond can be had as raw bytes. */
export const MAX_TEXT_BYTES = 1024 * 1024
/** Longest text of one payload that is asked for by itself. */
export const WHOLE_TEXT_BYTES = 64 * 1024 * 1024

/**
 * Reads keys and values of one topic. Holds no connection and asks nobody: schemas are handed in (`learn`),
 * what is missing is told (`wanted`). The same object works in the server and in scan workers. Never throws
 * for bytes, whatever they are, but from `value`.
 */
export class RecordSerde {
  readonly plan: SerdePlan
  readonly #schemas = new KnownSchemas()

  constructor(plan: SerdePlan) {
    this.plan = plan
    this.#schemas.learn(plan.schemas)
  }

  /**
   * The schema this part of the record needs and nobody handed in yet; null when it can be read now. Looks at
   * a few bytes only.
   */
  wanted(part: Part, record: RecordParts): SchemaRef | null {
    const bytes = record[part]
    if (!this.plan.registry || bytes === null || isKafkaTopic(this.plan.topic)) return null
    const ref = this.#ref(part, bytes, record.headers)
    return ref === null || this.#schemas.has(ref) ? null : ref
  }

  learn(answers: Iterable<SchemaAnswer>): void {
    this.#schemas.learn(answers)
  }

  /**
   * A key or value for people and programs. null stays null, empty stays empty. Text is at most
   * `maxTextBytes`, 1 MiB unless said; compressed values are opened as far as `inflate` goes.
   */
  payload(
    part: Part,
    record: RecordParts,
    maxTextBytes = MAX_TEXT_BYTES,
    inflate?: InflateAllowance,
  ): Payload | null {
    const bytes = record[part]
    return bytes === null ? null : this.#show(this.reading(part, record, inflate), bytes.length, maxTextBytes)
  }

  /** Bytes that are no part of the plan (a header's value), read by what they look like. */
  loose(bytes: Buffer, maxTextBytes = MAX_TEXT_BYTES): Payload {
    return this.#show(detect(bytes, null), bytes.length, maxTextBytes)
  }

  /**
   * A key or value as data for filters; with `fields`, of an object at the top at least these. null for null.
   * Throws DecodeError for what can't be read: a filter counts that as an error, never as a no.
   */
  value(part: Part, record: RecordParts, fields: ReadonlySet<string> | null = null): SerdeValue {
    if (record[part] === null) return null
    const { decoder, bytes, at, schema, message, text, failure } = this.reading(part, record)
    if (failure !== null) throw new DecodeError(failure.error, failure.errorCode, failure.errorParams)
    if (text !== null) return parseJson(text, VALUE_DEPTH_MAX)
    return schema === null ? simpleValue(decoder, bytes) : schema.compiled.read(bytes, at, fields, message)
  }

  /**
   * Is this text, which `payload` made of the part, enough to write the part again: by the schema that its
   * own Confluent frame names (of Protobuf by the message that `payload` tells beside it), to the same bytes?
   */
  comesBack(part: Part, record: RecordParts, text: string): boolean {
    if (record[part] === null) return false
    const reading = this.reading(part, record)
    const { schema, inside, ref, reason, bytes, at } = reading
    if (schema === null || inside !== null || ref?.by !== 'id' || reason !== 'confluent-frame') return false
    try {
      return schema.compiled.isOwnFrame?.(bytes, at) !== false && comesBack(schema.compiled, reading, text)
    } catch (error) {
      if (error instanceof DecodeError) return false
      throw error
    }
  }

  /** How a part is read, without reading it. The part must not be null. */
  reading(part: Part, record: RecordParts, inflate?: InflateAllowance): Reading {
    const bytes = record[part] ?? Buffer.alloc(0)
    const rule = this.plan[part]
    try {
      if (rule.format === 'hex' || rule.format === 'base64') return plain(rule.format, rule.reason, bytes)
      const inside = compressionOf(bytes)
      if (inside === null) return this.#decide(part, record, bytes)
      return { ...this.#decide(part, record, unwrap(inside, bytes, inflate)), inside }
    } catch (error) {
      if (error instanceof DecodeError) return failed(bytes, told(error))
      throw error
    }
  }

  #ref(part: Part, bytes: Buffer, headers: readonly RecordHeader[]): SchemaRef | null {
    const { format, schema } = this.plan[part]
    if (format !== 'auto' && format !== 'avro' && format !== 'protobuf' && format !== 'json-schema')
      return null
    if (schema?.by === 'file') return null
    return readFrame(part, bytes, headers)?.ref ?? schema ?? null
  }

  #decide(part: Part, record: RecordParts, bytes: Buffer): Reading {
    const place = { part, record, topic: this.plan.topic }
    const rule = this.plan[part]
    const reason = rule.reason ?? 'asked'
    // Kafka's own records begin with a version, which may look like a frame.
    if (rule.format === 'kafka') return kafkaReading(place, bytes, reason)
    if (rule.format === 'auto' && isKafkaTopic(place.topic)) return detect(bytes, place)
    if (
      rule.format !== 'auto' &&
      rule.format !== 'avro' &&
      rule.format !== 'protobuf' &&
      rule.format !== 'json-schema'
    )
      return rule.format === 'json' ? json(reason, bytes) : plain(rule.format, reason, bytes)
    // A schema of files is for values that carry no id, whatever their first bytes look like.
    const frame =
      bytes.length === 0 || rule.schema?.by === 'file' ? null : readFrame(part, bytes, record.headers)
    if (frame !== null) {
      const framed = this.#framed(frame, bytes, rule.format === 'auto' ? frame.reason : reason)
      const mayBeLong = rule.format === 'auto' && bytes.length === 8 && frame.reason === 'confluent-frame'
      if (!mayBeLong || isThisTopics(framed, place) || fits(framed)) return framed
      const read = detect(bytes, place)
      return isUnknown(framed) ? read : { ...read, reason: 'eight-bytes-or-frame' }
    }
    if (rule.format === 'auto') return detect(bytes, place)
    if (rule.schema) return this.#framed({ ref: rule.schema, at: 0, message: null }, bytes, reason)
    return this.#unframed(rule.format, bytes, reason)
  }

  #framed(
    { ref, at, message }: Pick<WireFrame, 'ref' | 'at' | 'message'>,
    bytes: Buffer,
    reason: SerdeReason,
  ): Reading {
    const known = this.#schemas.get(ref)
    const schema = schemaName(ref)
    if (known?.ok) {
      const base = plain(known.compiled.kind, reason, bytes)
      return { ...base, at, ref, schema: known, message }
    }
    const failure: ToldFailure = known
      ? {
          error: `Schema ${schema}: ${known.error}`,
          errorCode: known.failure?.code ?? 'SCHEMA_UNUSABLE',
          errorParams: { schema, ...(known.failure?.params ?? { detail: known.error }) },
        }
      : this.plan.registry
        ? {
            error: `Schema ${schema} was not handed in.`,
            errorCode: 'SCHEMA_NOT_ASKED',
            errorParams: { schema },
          }
        : {
            error: `Schema ${schema} was not looked up: no schema registry is configured for this cluster.`,
            errorCode: 'REGISTRY_NONE',
            errorParams: { schema },
          }
    return { ...failed(bytes, failure), ref, reason }
  }

  /** A schema's format was asked for, and nothing says which schema. */
  #unframed(format: 'avro' | 'protobuf' | 'json-schema', bytes: Buffer, reason: SerdeReason): Reading {
    if (format === 'json-schema') return json(reason, bytes)
    if (format === 'protobuf')
      return { ...plain(format, reason, bytes), text: textOfValue(readRawProto(bytes)) }
    return failed(bytes, {
      error: 'No Avro schema: the bytes carry no id, and none is configured.',
      errorCode: 'SCHEMA_NOT_NAMED',
      errorParams: { format },
    })
  }

  #show(reading: Reading, size: number, maxTextBytes: number): Payload {
    const max = Math.min(maxTextBytes, WHOLE_TEXT_BYTES)
    const about = {
      bytes: size,
      decoder: reading.decoder,
      reason: reading.reason,
      ...(reading.inside === null ? {} : { inside: reading.inside }),
      ...schemaOf(reading),
    }
    try {
      if (reading.failure === null) return { ...about, ...textOf(reading, max) }
      return { ...about, ...bytesOf(reading, max), ...reading.failure }
    } catch (error) {
      const what = error instanceof DecodeError ? error : misfit('it could not be read', 'UNEXPECTED', {})
      const failure = told(what, reading.schema === null ? 'UNREADABLE' : 'SCHEMA_MISMATCH')
      return { ...about, ...bytesOf(reading, max), ...failure }
    }
  }
}

/** A value up to this long is read to its end for a preview of it too: what is wrong with it may stand there. */
const LOOKED_THROUGH_BYTES = 16 * 1024

/** What is shown of bytes that nothing reads. */
function bytesOf(
  { bytes }: Reading,
  max: number,
): Pick<Payload, 'format' | 'text' | 'truncated' | 'decoder'> {
  return { ...cutHex(bytes, { maxTextBytes: max }), decoder: 'hex' }
}

function textOf(reading: Reading, max: number): Pick<Payload, 'format' | 'text' | 'truncated'> {
  const { decoder, schema, message, bytes, at, text } = reading
  if (text !== null)
    return {
      format: decoder === 'protobuf' ? decoder : 'json',
      ...cutText(Buffer.from(text), { maxTextBytes: max }),
    }
  if (schema === null) return simpleText(decoder, bytes, max)
  const written = writeText(max, out => schema.compiled.write(bytes, at, out, message))
  // Its row says the same as the record by itself: a short value is looked at to its end, however little is shown.
  const { kind } = schema.compiled
  if (written.full && kind !== 'json-schema' && bytes.length <= LOOKED_THROUGH_BYTES)
    schema.compiled.read(bytes, at, null, message)
  const cut = cutText(Buffer.from(written.text), { maxTextBytes: max })
  return { format: schema.compiled.kind, text: cut.text, truncated: written.full || cut.truncated }
}

function schemaOf({ ref, schema, bytes, at, message }: Reading): Pick<Payload, 'schema'> {
  if (ref === null) return {}
  const id = ref.by === 'id' ? ref.id : null
  const named = schema?.compiled.messageAt?.(bytes, at, message) ?? null
  return {
    schema: {
      id: schema?.id ?? id,
      subject: schema?.subject ?? null,
      version: schema?.version ?? null,
      ...(named === null ? {} : { message: named }),
    },
  }
}

/**
 * Eight bytes that begin with 0 are a long far more often than a frame. A schema of this topic's own subject
 * says otherwise (then a value that doesn't fit it is told as one), or one that reads them whole.
 */
function isThisTopics({ schema }: Reading, { topic, part }: Place): boolean {
  return schema !== null && schema.subject === `${topic}-${part}`
}

/** Nobody knows a schema of that id: what looks like a frame is none. */
function isUnknown({ failure }: Reading): boolean {
  return failure?.errorCode === 'SCHEMA_UNKNOWN' || failure?.errorCode === 'REGISTRY_NONE'
}

/** Does the value read with its schema to the last byte? */
function fits({ schema, message, bytes, at }: Reading): boolean {
  try {
    schema?.compiled.read(bytes, at, null, message)
    return schema !== null
  } catch (error) {
    if (error instanceof DecodeError) return false
    throw error
  }
}
