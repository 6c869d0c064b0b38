import { ByteWriter } from '../byte-writer'
import { DecodeError, misfit, unusable } from '../decode-error'
import type { MessageName } from '../schema/compiled-schema'
import type { SchemaText } from '../schema/schema-ref'
import type { SerdeValue } from '../serde-value'
import { linkTypes, type ProtoMessage } from './link-types'
import { parseDescriptorSet } from './parse-descriptors'
import { parseProto } from './parse-proto'
import { ProtoInput } from './proto-input'
import { readProto } from './read-proto'
import { NEARLY_KNOWN, WELL_KNOWN } from './well-known'
import { writeProto } from './write-proto'

export type ProtoSchema = {
  top: ProtoMessage[]
  /** The message that stands for values that name none: the configured one, else the first. */
  main: ProtoMessage
  find(name: string): ProtoMessage | null
}

/**
 * A Protobuf schema's messages: from .proto text (with its imports) or from a descriptor set in base64.
 * Throws DecodeError.
 */
export function compileProto(schema: SchemaText): ProtoSchema {
  const known = [WELL_KNOWN, ...NEARLY_KNOWN].map(parseProto)
  const files = schema.descriptors
    ? parseDescriptorSet(Buffer.from(schema.text, 'base64'))
    : [...schema.references.map(one => parseProto(one.text)), parseProto(schema.text)]
  const { top, find } = linkTypes([...known, ...files])
  const main = schema.message === undefined ? top[0] : find(schema.message)
  if (!main)
    throw schema.message === undefined
      ? unusable('it declares no message', 'NO_MESSAGE')
      : unusable(`it declares no message ${schema.message}`, 'MESSAGE_UNKNOWN', { name: schema.message })
  return { top, main, find }
}

const INDEXES_MAX = 100

/**
 * The value behind its frame. After Confluent's id (5 bytes) stand message indexes: a count and so many
 * zigzag varints, 0 alone for the first message. After Apicurio's (9 bytes) stands a length-delimited `Ref {
 * string name = 1 }`. With the id in a header the payload is the value alone, and `message` says which it is.
 * Else it is the main message.
 */
export function readFramedProto(
  schema: ProtoSchema,
  bytes: Buffer,
  at: number,
  message: MessageName | null = null,
): SerdeValue {
  const input = new ProtoInput(bytes, at)
  return readProto(framedMessage(schema, input, message), input)
}

/** The name of the message that `readFramedProto` reads there; null where the bytes name one that is not there. */
export function framedMessageName(
  schema: ProtoSchema,
  bytes: Buffer,
  at: number,
  message: MessageName | null = null,
): string | null {
  try {
    return framedMessage(schema, new ProtoInput(bytes, at), message).name
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}

/** The bytes with another value of the same message behind the same frame. Throws EncodeError, DecodeError. */
export function rewriteFramedProto(
  schema: ProtoSchema,
  bytes: Buffer,
  at: number,
  value: SerdeValue,
  message: MessageName | null = null,
): Buffer {
  const input = new ProtoInput(bytes, at)
  const type = framedMessage(schema, input, message)
  return Buffer.concat([bytes.subarray(0, input.at), writeProto(type, value)])
}

/** Which message stands there; the input goes on behind its name. */
function framedMessage(schema: ProtoSchema, input: ProtoInput, message: MessageName | null): ProtoMessage {
  if (message !== null)
    return 'indexes' in message
      ? indexedMessage(schema, new ProtoInput(message.indexes, 0))
      : namedMessage(schema, message.type)
  if (input.at === 5) return indexedMessage(schema, input)
  if (input.at !== 9) return schema.main
  const ref = input.inner()
  return namedMessage(schema, ref.done || ref.tag().number !== 1 ? '' : ref.chunk().toString('utf8'))
}

function namedMessage({ find, top, main }: ProtoSchema, name: string): ProtoMessage {
  return find(name) ?? top.find(one => one.name.endsWith(`.${name}`)) ?? main
}

function indexedMessage({ top }: ProtoSchema, input: ProtoInput): ProtoMessage {
  const count = zigzag(input)
  if (count < 0 || count > INDEXES_MAX) throw misfit(`${count} message indexes`, 'NO_SUCH_MESSAGE', {})
  let level = top
  let found: ProtoMessage | undefined = top[0]
  for (let i = 0; i < count; i++) {
    found = level[zigzag(input)]
    level = found?.inner ?? []
  }
  if (!found) throw misfit('the message that the bytes name is not in the schema', 'NO_SUCH_MESSAGE', {})
  return found
}

function zigzag(input: ProtoInput): number {
  const raw = input.varint()
  return Number((raw >> 1n) ^ -(raw & 1n))
}

/**
 * Confluent's message indexes: what stands between the id and a value of this message. They count within the
 * schema's own file: throws DecodeError for a message of an import.
 */
export function messageIndexes({ top }: ProtoSchema, message: ProtoMessage): Buffer {
  const path = find(top, message)
  if (path === null)
    throw unusable(`it declares no message ${message.name}`, 'MESSAGE_UNKNOWN', { name: message.name })
  const indexes = path.length === 1 && path[0] === 0 ? [] : path
  const out = new ByteWriter()
  out.zigzag(BigInt(indexes.length))
  for (const index of indexes) out.zigzag(BigInt(index))
  return out.done()
}

/** Are the indexes behind Confluent's id written as we write them? The first message may be named in two ways. */
export function hasOwnIndexes(schema: ProtoSchema, bytes: Buffer, at: number): boolean {
  const input = new ProtoInput(bytes, at)
  const message = framedMessage(schema, input, null)
  return bytes.subarray(at, input.at).equals(messageIndexes(schema, message))
}

function find(level: readonly ProtoMessage[], wanted: ProtoMessage): number[] | null {
  for (const [i, one] of level.entries()) {
    if (one === wanted) return [i]
    const inner = find(one.inner, wanted)
    if (inner) return [i, ...inner]
  }
  return null
}

const NOTHING_KNOWN: ProtoMessage = { kind: 'message', name: '', fields: [], byNumber: new Map(), inner: [] }

/** A value without any schema: numbers of fields and what the wire tells of them. */
export function readRawProto(bytes: Buffer): SerdeValue {
  return readProto(NOTHING_KNOWN, new ProtoInput(bytes, 0))
}
