import { bytesOfDecimal } from '../avro/parse-logical'
import { ByteWriter } from '../byte-writer'
import { isRecord } from '../describe-value'
import { EncodeError, memberPath, wrong } from '../encode-error'
import { fractionBytes } from '../fraction-bytes'
import { ExactNumber, type SerdeValue } from '../serde-value'
import type { ProtoField, ProtoMessage, ProtoScalar, ProtoType, ScalarName } from './link-types'

const DEPTH_MAX = 100

/**
 * A value (as `parseJson` makes it) in Protobuf's wire format. Takes Protobuf's JSON: names in either
 * spelling, 64-bit integers as numbers or text, bytes as base64, enums by name or number, times as ISO text.
 * null is an absent field. As Protobuf's own libraries write: fields by number, and of those without presence
 * no default (protobuf.dev, "Field Presence"), so that what they wrote comes back byte for byte. Throws
 * EncodeError with the path.
 */
export function writeProto(type: ProtoMessage, value: SerdeValue, path = '', depth = 0): Buffer {
  if (depth > DEPTH_MAX) throw new EncodeError(path, `nested deeper than ${DEPTH_MAX} levels`)
  const given = unpackMeaning(type, value, path)
  if (!isRecord(given)) throw wrong(path, `an object (${type.name})`, value)
  const fields: { field: ProtoField; one: SerdeValue; at: string }[] = []
  const oneofs = new Set<string>()
  const byName = new Map(
    type.fields.flatMap(field => [[field.jsonName, field] as const, [field.name, field] as const]),
  )
  for (const name of Object.keys(given)) {
    const field = byName.get(name)
    const at = memberPath(path, name)
    if (!field) throw new EncodeError(at, `${type.name} has no such field`)
    const one = given[name]
    if (one === null || one === undefined) {
      if (!isNullable(field.type)) continue
    }
    if (field.oneof !== null && field.oneof.length > 0) {
      if (oneofs.has(field.oneof)) throw new EncodeError(at, 'another field of the same oneof is given')
      oneofs.add(field.oneof)
    }
    fields.push({ field, one: one ?? null, at })
  }
  const out = new ByteWriter()
  fields.sort((a, b) => a.field.number - b.field.number)
  for (const { field, one, at } of fields) writeField(field, one, out, at, depth)
  return out.done()
}

function isNullable(type: ProtoType): boolean {
  return type.kind === 'message' && type.name === 'google.protobuf.Value'
}

function writeField(
  field: ProtoField,
  value: SerdeValue,
  out: ByteWriter,
  path: string,
  depth: number,
): void {
  if (field.key !== null) {
    if (!isRecord(value)) throw wrong(path, 'an object', value)
    for (const name of Object.keys(value)) {
      const entry = new ByteWriter()
      const at = memberPath(path, name)
      single(1, field.key, keyValue(field.key, name), entry, at, depth)
      single(2, field.type, value[name] ?? null, entry, at, depth)
      tag(field.number, 2, out)
      chunk(entry.done(), out)
    }
    return
  }
  if (!field.repeated) {
    if (field.explicit || field.type.kind === 'message') {
      single(field.number, field.type, value, out, path, depth)
      return
    }
    const body = new ByteWriter()
    plain(field.type, value, body, path)
    // Of every scalar the default alone is written in zeros: the number, the length of a text, an enum's first.
    if (body.done().every(byte => byte === 0)) return
    tag(field.number, wireOf(field.type), out)
    out.raw(body.done())
    return
  }
  if (!Array.isArray(value)) throw wrong(path, 'a list', value)
  const packs =
    !field.explicit &&
    (field.type.kind === 'enum' || (field.type.kind === 'scalar' && wireOf(field.type) !== 2))
  if (!packs) {
    for (const [i, item] of value.entries())
      single(field.number, field.type, item, out, `${path}[${i}]`, depth)
  } else if (value.length > 0) {
    const packed = new ByteWriter()
    for (const [i, item] of value.entries()) plain(field.type, item, packed, `${path}[${i}]`)
    tag(field.number, 2, out)
    chunk(packed.done(), out)
  }
}

function single(
  number: number,
  type: ProtoType,
  value: SerdeValue,
  out: ByteWriter,
  path: string,
  depth: number,
): void {
  if (type.kind === 'message') {
    tag(number, 2, out)
    chunk(writeProto(type, value, path, depth + 1), out)
    return
  }
  tag(number, wireOf(type), out)
  plain(type, value, out, path)
}

function plain(type: ProtoType, value: SerdeValue, out: ByteWriter, path: string): void {
  if (type.kind === 'message') throw new EncodeError(path, 'wants an object')
  if (type.kind === 'enum') {
    const number =
      typeof value === 'string'
        ? type.numbers.get(value)
        : typeof value === 'bigint'
          ? Number(value)
          : undefined
    if (number === undefined)
      throw new EncodeError(path, `wants one of ${[...type.numbers.keys()].slice(0, 20).join(', ')}`)
    out.varint(BigInt(number))
    return
  }
  scalar(type.name, value, out, path)
}

function scalar(name: ScalarName, value: SerdeValue, out: ByteWriter, path: string): void {
  switch (name) {
    case 'string':
      if (typeof value !== 'string') throw wrong(path, 'text', value)
      chunk(Buffer.from(value, 'utf8'), out)
      return
    case 'bytes':
      if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value))
        throw wrong(path, 'base64', value)
      chunk(Buffer.from(value, 'base64'), out)
      return
    case 'bool':
      if (typeof value !== 'boolean') throw wrong(path, 'true or false', value)
      out.byte(value ? 1 : 0)
      return
    case 'double':
    case 'float':
      out.raw(fractionBytes(name === 'float' ? 4 : 8, value, path))
      return
    default:
      integer(name, value, out, path)
  }
}

function integer(name: ScalarName, value: SerdeValue, out: ByteWriter, path: string): void {
  const number =
    typeof value === 'string' && /^-?\d{1,20}$/.test(value)
      ? BigInt(value)
      : value instanceof ExactNumber && /^\d{1,20}$/.test(value.text)
        ? BigInt(value.text)
        : value
  if (typeof number !== 'bigint') throw wrong(path, `an integer (${name})`, value)
  const bits = name.endsWith('64') ? 64 : 32
  const unsigned = name.startsWith('u') || name.startsWith('fixed')
  const kept = unsigned ? BigInt.asUintN(bits, number) : BigInt.asIntN(bits, number)
  if (kept !== number) throw new EncodeError(path, `does not fit ${name}`)
  if (name.startsWith('s') && !name.startsWith('sfixed')) out.zigzag(number)
  else if (name.includes('fixed')) {
    const bytes = Buffer.alloc(bits / 8)
    if (bits === 64) bytes.writeBigUInt64LE(BigInt.asUintN(64, number))
    else bytes.writeUInt32LE(Number(BigInt.asUintN(32, number)))
    out.raw(bytes)
  } else out.varint(number)
}

function keyValue(key: ProtoScalar, name: string): SerdeValue {
  if (key.name === 'string') return name
  return key.name === 'bool' ? name === 'true' : name
}

function wireOf(type: Exclude<ProtoType, ProtoMessage>): number {
  if (type.kind === 'enum') return 0
  if (/^(double|fixed64|sfixed64)$/.test(type.name)) return 1
  if (/^(float|fixed32|sfixed32)$/.test(type.name)) return 5
  return type.name === 'string' || type.name === 'bytes' ? 2 : 0
}

function tag(number: number, wire: number, out: ByteWriter): void {
  out.varint(BigInt(number) * 8n + BigInt(wire))
}

function chunk(bytes: Uint8Array, out: ByteWriter): void {
  out.varint(BigInt(bytes.length))
  out.raw(bytes)
}

/** Well-known types from how Protobuf's JSON shows them to the fields they have. */
function unpackMeaning(type: ProtoMessage, value: SerdeValue, path: string): SerdeValue {
  const { name } = type
  if (name === 'google.protobuf.Timestamp' && typeof value === 'string') {
    const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(value)
    const ms = match ? Date.parse(`${match[1]}${match[3]}`) : Number.NaN
    if (Number.isNaN(ms)) throw new EncodeError(path, 'wants a time like 2026-11-21T09:30:00Z')
    return { seconds: BigInt(ms / 1000), nanos: BigInt((match?.[2] ?? '').padEnd(9, '0')) }
  }
  if (name === 'google.protobuf.Duration' && typeof value === 'string') {
    const match = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(value)
    if (!match) throw new EncodeError(path, 'wants a duration like 1.5s')
    const sign = match[1] === '-' ? -1n : 1n
    return { seconds: sign * BigInt(match[2] ?? 0), nanos: sign * BigInt((match[3] ?? '').padEnd(9, '0')) }
  }
  if (name === 'google.protobuf.Struct' && isRecord(value)) return { fields: value }
  if (name === 'google.protobuf.ListValue' && Array.isArray(value)) return { values: value }
  if (name === 'google.protobuf.FieldMask' && typeof value === 'string')
    return { paths: value === '' ? [] : value.split(',') }
  if (name === 'google.protobuf.Value') return anyValue(value)
  if (name === 'confluent.type.Decimal' && typeof value === 'string') {
    const scale = BigInt(/\.(\d*)$/.exec(value)?.[1]?.length ?? 0)
    const bytes = bytesOfDecimal(value, Number(scale))
    if (bytes === null) throw new EncodeError(path, 'wants a decimal')
    return { value: bytes.toString('base64'), scale }
  }
  return /^google\.protobuf\.\w+Value$/.test(name) && !isRecord(value) ? { value } : value
}

function anyValue(value: SerdeValue): SerdeValue {
  if (value === null) return { null_value: 0n }
  if (typeof value === 'string') return { string_value: value }
  if (typeof value === 'boolean') return { bool_value: value }
  if (Array.isArray(value)) return { list_value: value }
  return isRecord(value) ? { struct_value: value } : { number_value: value }
}
