import type { AvroNode } from '../avro/avro-node'
import { isRecord } from '../describe-value'
import { parseJson } from '../json-value'
import type { ProtoMessage, ProtoType } from '../protobuf/link-types'
import { emptyObject, type SerdeValue } from '../serde-value'

/** Deeper than that an example says no more; what refers to itself ends here. */
const DEPTH_MAX = 6
const FIELDS_MAX = 300
/** Types that refer to each other over and over make millions of values within six levels: an example has so many. */
const VALUES_MAX = 5_000

/** Values that may still be made for one example. */
type Left = { values: number }
const whole = (): Left => ({ values: VALUES_MAX })
const EXAMPLE_TIME = '2026-01-01T00:00:00'

/** A value that the schema takes: defaults where there are any, the first branch that is not null, one item a list. */
export function exampleOfAvro(node: AvroNode, depth = 0, left = whole()): SerdeValue {
  const isOver = --left.values < 0
  switch (node.type) {
    case 'null':
      return null
    case 'boolean':
      return false
    case 'int':
      return node.logical === 'date'
        ? EXAMPLE_TIME.slice(0, 10)
        : node.logical === 'time-millis'
          ? '00:00:00.000'
          : 0n
    case 'long':
      if (node.logical === null) return 0n
      if (node.logical === 'time-micros') return '00:00:00.000000'
      return node.logical.startsWith('local-') ? `${EXAMPLE_TIME}.000` : `${EXAMPLE_TIME}.000Z`
    case 'float':
    case 'double':
      return 0.5
    case 'string':
      return node.logical === 'uuid' ? '00000000-0000-4000-8000-000000000000' : ''
    case 'bytes':
      return node.logical === 'decimal' ? zero(node.scale) : ''
    case 'fixed':
      if (node.logical === 'decimal') return zero(node.scale)
      if (node.logical === 'uuid') return '00000000-0000-4000-8000-000000000000'
      return node.logical === 'duration' ? 'P0M0DT0.000S' : '\0'.repeat(Math.min(node.size, 1024))
    case 'enum':
      return node.symbols[0] ?? ''
    case 'array':
      return depth < DEPTH_MAX && !isOver ? [exampleOfAvro(node.items, depth + 1, left)] : []
    case 'map':
      return depth < DEPTH_MAX && !isOver
        ? { key: exampleOfAvro(node.values, depth + 1, left) }
        : emptyObject()
    case 'union': {
      const hasNull = node.branches.some(one => one.type === 'null')
      if (hasNull && (depth >= DEPTH_MAX || isOver)) return null
      const branch = node.branches.find(one => one.type !== 'null')
      return branch ? exampleOfAvro(branch, depth + 1, left) : null
    }
    case 'record': {
      const values = emptyObject()
      for (const field of isOver ? [] : node.fields.slice(0, FIELDS_MAX)) {
        const fallback = field.fallback
        values[field.name] =
          fallback !== undefined && (fallback !== null || depth >= 2)
            ? parseJson(JSON.stringify(fallback))
            : exampleOfAvro(field.node, depth + 1, left)
      }
      return values
    }
  }
}

function zero(scale: number): string {
  return scale === 0 ? '0' : `0.${'0'.repeat(scale)}`
}

/** The same for a Protobuf message: of a oneof the first field, one item a list. */
export function exampleOfProto(type: ProtoMessage, depth = 0, left = whole()): SerdeValue {
  const known = KNOWN_EXAMPLES[type.name]
  if (known !== undefined) return known
  const values = emptyObject()
  const oneofs = new Set<string>()
  for (const field of type.fields.slice(0, FIELDS_MAX)) {
    if (field.oneof !== null && oneofs.has(field.oneof)) continue
    if (field.oneof !== null) oneofs.add(field.oneof)
    if (--left.values < 0) break
    if (field.type.kind === 'message' && depth >= DEPTH_MAX) continue
    const one = exampleOfType(field.type, depth, left)
    values[field.jsonName] = field.key
      ? { [field.key.name === 'string' ? 'key' : '0']: one }
      : field.repeated
        ? [one]
        : one
  }
  return values
}

const KNOWN_EXAMPLES: Record<string, SerdeValue> = {
  'google.protobuf.Timestamp': `${EXAMPLE_TIME}Z`,
  'google.protobuf.Duration': '0s',
  'google.protobuf.Struct': {},
  'google.protobuf.ListValue': [],
  'google.protobuf.Value': null,
  'google.protobuf.FieldMask': '',
  'google.protobuf.DoubleValue': 0.5,
  'google.protobuf.FloatValue': 0.5,
  'google.protobuf.Int64Value': 0n,
  'google.protobuf.UInt64Value': 0n,
  'google.protobuf.Int32Value': 0n,
  'google.protobuf.UInt32Value': 0n,
  'google.protobuf.BoolValue': false,
  'google.protobuf.StringValue': '',
  'google.protobuf.BytesValue': '',
  'confluent.type.Decimal': '0.00',
}

function exampleOfType(type: ProtoType, depth: number, left: Left): SerdeValue {
  if (type.kind === 'message') return exampleOfProto(type, depth + 1, left)
  if (type.kind === 'enum') return type.names.values().next().value ?? 0n
  if (type.name === 'string' || type.name === 'bytes') return ''
  if (type.name === 'bool') return false
  return type.name === 'double' || type.name === 'float' ? 0.5 : 0n
}

/** The same for a JSON Schema: its own examples and defaults first, then the least that its keywords let through. */
export function exampleOfJsonSchema(
  schema: SerdeValue,
  root: SerdeValue,
  depth = 0,
  left = whole(),
): SerdeValue {
  if (!isRecord(schema) || depth > DEPTH_MAX || --left.values < 0) return null
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.examples) && schema.examples[0] !== undefined) return schema.examples[0]
  if (Array.isArray(schema.enum) && schema.enum[0] !== undefined) return schema.enum[0]
  const { $ref: ref } = schema
  if (typeof ref === 'string' && ref.startsWith('#/')) {
    let at: SerdeValue | undefined = root
    for (const part of ref.slice(2).split('/')) at = isRecord(at) ? at[part] : undefined
    return exampleOfJsonSchema(at ?? null, root, depth + 1, left)
  }
  for (const keyword of ['oneOf', 'anyOf', 'allOf'] as const) {
    const list = schema[keyword]
    if (Array.isArray(list) && list[0] !== undefined)
      return exampleOfJsonSchema(list[0], root, depth + 1, left)
  }
  const type = Array.isArray(schema.type) ? schema.type.find(one => one !== 'null') : schema.type
  switch (type ?? (schema.properties === undefined ? undefined : 'object')) {
    case 'string':
      return schema.format === 'date-time'
        ? `${EXAMPLE_TIME}Z`
        : schema.format === 'date'
          ? EXAMPLE_TIME.slice(0, 10)
          : ''
    case 'integer':
      return typeof schema.minimum === 'bigint' ? schema.minimum : 0n
    case 'number':
      return schema.minimum ?? 0n
    case 'boolean':
      return false
    case 'array':
      return isRecord(schema.items) ? [exampleOfJsonSchema(schema.items, root, depth + 1, left)] : []
    case 'object': {
      const values = emptyObject()
      const properties = isRecord(schema.properties) ? schema.properties : {}
      for (const name of Object.keys(properties).slice(0, FIELDS_MAX))
        values[name] = exampleOfJsonSchema(properties[name] ?? null, root, depth + 1, left)
      return values
    }
    default:
      return null
  }
}
