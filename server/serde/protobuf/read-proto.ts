import { decimalText } from '../avro/logical'
import { type DecodeError, misfit, tooDeep } from '../decode-error'
import { decodeText } from '../decoders/text'
import { emptyObject, type SerdeValue } from '../serde-value'
import { jsonFloat } from '../text-out'
import type { ProtoField, ProtoMessage, ProtoType, ScalarName } from './link-types'
import type { ProtoInput } from './proto-input'

const DEPTH_MAX = 100

/**
 * One message as data, with names as Protobuf's own JSON has them. Integers are bigint, fields without
 * presence stand with their defaults, unknown fields under their number. Times, wrappers and `Struct` become
 * what they mean. Throws DecodeError.
 */
export function readProto(type: ProtoMessage, input: ProtoInput, depth = 0): SerdeValue {
  if (depth > DEPTH_MAX) throw tooDeep(DEPTH_MAX)
  const values = emptyObject()
  for (const field of type.fields) {
    if (field.key !== null) continue
    if (!field.repeated && !field.explicit && field.type.kind !== 'message')
      values[field.jsonName] = defaultOf(field.type)
  }
  while (!input.done) {
    const { number, wire } = input.tag()
    input.count()
    if (wire === 4) break
    const field = type.byNumber.get(number)
    if (field) take(values, field, wire, input, depth)
    else add(values, String(number), unknown(input, wire, depth), true)
  }
  return meaningOf(type.name, values)
}

function take(
  values: { [name: string]: SerdeValue },
  field: ProtoField,
  wire: number,
  input: ProtoInput,
  depth: number,
): void {
  const name = field.jsonName
  if (field.key !== null) {
    if (wire !== 2) throw mismatch(field.name, wire)
    const [key, value] = entry(field, input.inner(), depth)
    const map = values[name] ?? emptyObject()
    values[name] = map
    if (isObject(map)) map[key] = value
    return
  }
  // Packed and one by one are both read, whatever the schema says.
  if (field.repeated && wire === 2 && field.type.kind !== 'message' && !isChunk(field.type)) {
    const packed = input.inner()
    while (!packed.done) {
      packed.count()
      add(values, name, value(field.type, wireOf(field.type), packed, depth, field.name), true)
    }
    values[name] ??= []
    return
  }
  const read = value(field.type, wire, input, depth, field.name)
  if (field.repeated) add(values, name, read, true)
  else {
    if (field.oneof !== null) values[name] = read
    // A message that comes in pieces is merged.
    const before = values[name]
    if (field.type.kind === 'message' && isObject(before) && isObject(read)) Object.assign(before, read)
    else values[name] = read
  }
}

function entry(field: ProtoField, input: ProtoInput, depth: number): [string, SerdeValue] {
  let key = ''
  let read: SerdeValue = field.type.kind === 'message' ? emptyObject() : defaultOf(field.type)
  if (field.key && field.key.name !== 'string') key = String(defaultOf(field.key))
  while (!input.done) {
    const { number, wire } = input.tag()
    input.count()
    if (number === 1 && field.key) key = String(value(field.key, wire, input, depth, field.name))
    else if (number === 2) read = value(field.type, wire, input, depth, field.name)
    else unknown(input, wire, depth)
  }
  return [key, read]
}

function value(type: ProtoType, wire: number, input: ProtoInput, depth: number, name: string): SerdeValue {
  if (type.kind === 'message') {
    if (wire === 3) return readProto(type, input, depth + 1)
    if (wire !== 2) throw mismatch(name, wire)
    return readProto(type, input.inner(), depth + 1)
  }
  if (wire !== wireOf(type)) throw mismatch(name, wire)
  if (type.kind === 'enum') {
    const number = Number(BigInt.asIntN(32, input.varint()))
    return type.names.get(number) ?? BigInt(number)
  }
  return scalar(type.name, input)
}

function scalar(name: ScalarName, input: ProtoInput): SerdeValue {
  switch (name) {
    case 'double':
      return input.take(8).readDoubleLE(0)
    case 'float':
      return Number(jsonFloat(input.take(4).readFloatLE(0)).replaceAll('"', ''))
    case 'int32':
    case 'int64':
      return BigInt.asIntN(64, input.varint())
    case 'uint32':
      return BigInt.asUintN(32, input.varint())
    case 'uint64':
      return input.varint()
    case 'sint32':
    case 'sint64': {
      const raw = input.varint()
      return (raw >> 1n) ^ -(raw & 1n)
    }
    case 'fixed32':
      return BigInt(input.take(4).readUInt32LE(0))
    case 'fixed64':
      return input.take(8).readBigUInt64LE(0)
    case 'sfixed32':
      return BigInt(input.take(4).readInt32LE(0))
    case 'sfixed64':
      return input.take(8).readBigInt64LE(0)
    case 'bool':
      return input.varint() !== 0n
    case 'string':
      return input.chunk().toString('utf8')
    case 'bytes':
      return input.chunk()
  }
}

/** A field that the schema does not know: as much as the wire tells. */
function unknown(input: ProtoInput, wire: number, depth: number): SerdeValue {
  if (depth > DEPTH_MAX) throw tooDeep(DEPTH_MAX)
  switch (wire) {
    case 0:
      return input.varint()
    case 1:
      return input.take(8).readBigUInt64LE(0)
    case 2: {
      const bytes = input.chunk()
      return decodeText(bytes, { maxTextBytes: 1 }) === null ? bytes : bytes.toString('utf8')
    }
    case 3: {
      const values = emptyObject()
      while (!input.done) {
        const tag = input.tag()
        input.count()
        if (tag.wire === 4) break
        add(values, String(tag.number), unknown(input, tag.wire, depth + 1), true)
      }
      return values
    }
    case 5:
      return BigInt(input.take(4).readUInt32LE(0))
    default:
      throw misfit(`a wire type of ${wire} at byte ${input.at}`, 'BAD_WIRE_TYPE', { wire, at: input.at })
  }
}

function add(values: { [name: string]: SerdeValue }, name: string, one: SerdeValue, list: boolean): void {
  const before = values[name]
  if (Array.isArray(before)) before.push(one)
  else values[name] = list ? [one] : one
}

function wireOf(type: ProtoType): number {
  if (type.kind === 'message') return 2
  if (type.kind === 'enum') return 0
  if (/^(double|fixed64|sfixed64)$/.test(type.name)) return 1
  if (/^(float|fixed32|sfixed32)$/.test(type.name)) return 5
  return isChunk(type) ? 2 : 0
}

function isChunk(type: ProtoType): boolean {
  return type.kind === 'scalar' && (type.name === 'string' || type.name === 'bytes')
}

function defaultOf(type: ProtoType): SerdeValue {
  if (type.kind === 'enum') return type.names.get(0) ?? 0n
  if (type.kind === 'message') return null
  if (type.name === 'string') return ''
  if (type.name === 'bytes') return Buffer.alloc(0)
  if (type.name === 'bool') return false
  return type.name === 'double' || type.name === 'float' ? 0 : 0n
}

function isObject(value: SerdeValue | undefined): value is { [name: string]: SerdeValue } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.getPrototypeOf(value) === null
  )
}

function mismatch(name: string, wire: number): DecodeError {
  const message = `the field ${name} has the wire type ${wire}: it was written with another schema`
  return misfit(message, 'OTHER_WIRE_TYPE', { field: name, wire })
}

/** Well-known types as Protobuf's JSON shows them. */
function meaningOf(name: string, values: { [name: string]: SerdeValue }): SerdeValue {
  switch (name) {
    case 'google.protobuf.Timestamp':
      return instant(values) ?? values
    case 'google.protobuf.Duration':
      return typeof values.seconds === 'bigint' && typeof values.nanos === 'bigint'
        ? `${values.seconds === 0n && values.nanos < 0n ? '-' : ''}${values.seconds}${fraction(values.nanos)}s`
        : values
    case 'google.protobuf.Struct':
      return values.fields ?? emptyObject()
    case 'google.protobuf.ListValue':
      return values.values ?? []
    case 'google.protobuf.Value':
      return Object.hasOwn(values, 'nullValue') ? null : (Object.values(values)[0] ?? null)
    case 'google.protobuf.FieldMask':
      return Array.isArray(values.paths) ? values.paths.join(',') : ''
    case 'confluent.type.Decimal':
      return Buffer.isBuffer(values.value) &&
        typeof values.scale === 'bigint' &&
        values.scale >= 0n &&
        values.scale < 1000n &&
        values.value.length <= 1024
        ? decimalText(values.value, Number(values.scale))
        : values
    default:
      return /^google\.protobuf\.\w+Value$/.test(name) ? (values.value ?? null) : values
  }
}

function instant({ seconds, nanos }: { [name: string]: SerdeValue }): string | null {
  if (typeof seconds !== 'bigint' || typeof nanos !== 'bigint' || nanos < 0n || nanos > 999_999_999n)
    return null
  if (seconds < -62_135_596_800n || seconds > 253_402_300_799n) return null
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fraction(nanos)}Z`
}

/** None, three, six or nine digits. */
function fraction(nanos: bigint): string {
  if (nanos === 0n) return ''
  const digits = (nanos < 0n ? -nanos : nanos).toString().padStart(9, '0')
  return `.${digits.replace(/(000){1,2}$/, '')}`
}
