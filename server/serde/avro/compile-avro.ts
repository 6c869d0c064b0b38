import { unusable } from '../decode-error'
import { type AvroField, type AvroNode, type AvroRecord, LONG_LOGICALS } from './avro-node'

/** Far beyond any schema that people write; what is larger is refused before it is parsed. */
const SCHEMA_CHARS_MAX = 4 * 1024 * 1024
const SCHEMA_DEPTH_MAX = 100
const SCHEMA_NODES_MAX = 100_000
const FIXED_BYTES_MAX = 64 * 1024 * 1024
const SCALE_MAX = 1_000

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Dictionary = { [key: string]: Json }

const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'])

/**
 * An Avro schema (1.12 specification) as nodes. Named types of `references` are known before. Names are
 * resolved by namespace; unknown logical types and those that don't fit are ignored, as the specification
 * says. Throws DecodeError for what is no schema.
 */
export function compileAvro(text: string, references: readonly { text: string }[] = []): AvroNode {
  const compiler = new Compiler()
  for (const reference of references) compiler.compile(reference.text)
  return compiler.compile(text)
}

class Compiler {
  readonly #named = new Map<string, AvroNode>()
  #nodes = 0

  compile(text: string): AvroNode {
    if (text.length > SCHEMA_CHARS_MAX)
      throw unusable('the schema is larger than 4 MiB', 'TOO_LARGE', { mebibytes: 4 })
    let json: Json
    try {
      json = JSON.parse(text)
    } catch {
      // A bare name is what `"string"` becomes on its way through some registries.
      if (!/^[A-Za-z_][\w.]*$/.test(text.trim())) throw unusable('the schema is not JSON', 'NOT_JSON')
      json = text.trim()
    }
    return this.#node(json, '', 0)
  }

  #node(json: Json, namespace: string, depth: number): AvroNode {
    if (depth > SCHEMA_DEPTH_MAX)
      throw unusable(`the schema nests deeper than ${SCHEMA_DEPTH_MAX} levels`, 'TOO_DEEP', {
        levels: SCHEMA_DEPTH_MAX,
      })
    if (++this.#nodes > SCHEMA_NODES_MAX)
      throw unusable('the schema has more than 100,000 parts', 'TOO_MANY_PARTS', { max: SCHEMA_NODES_MAX })
    if (typeof json === 'string') return this.#byName(json, namespace)
    if (Array.isArray(json)) return this.#union(json, namespace, depth)
    if (json === null || typeof json !== 'object')
      throw unusable('the schema holds something that is no type', 'NO_TYPE')
    const { type } = json
    if (typeof type === 'object' && type !== null) return this.#node(type, namespace, depth + 1)
    if (typeof type !== 'string') throw unusable('the schema has a type without a name', 'TYPE_WITHOUT_NAME')
    switch (type) {
      case 'record':
      case 'error':
        return this.#record(json, namespace, depth)
      case 'enum':
        return this.#enum(json, namespace)
      case 'fixed':
        return this.#fixed(json, namespace)
      case 'array':
        return { type, items: this.#node(json.items ?? null, namespace, depth + 1) }
      case 'map':
        return { type, values: this.#node(json.values ?? null, namespace, depth + 1) }
      default:
        return PRIMITIVES.has(type) ? primitive(type, json) : this.#byName(type, namespace)
    }
  }

  #byName(name: string, namespace: string): AvroNode {
    if (PRIMITIVES.has(name)) return primitive(name, {})
    const found =
      (name.includes('.') ? undefined : this.#named.get(fullName(name, namespace))) ?? this.#named.get(name)
    if (found) return found
    throw unusable(
      `the schema names the type ${name.slice(0, 100)}, which it does not define`,
      'TYPE_UNKNOWN',
      { name },
    )
  }

  #union(json: Json[], namespace: string, depth: number): AvroNode {
    if (json.length === 0) throw unusable('the schema has a union without branches', 'UNION_EMPTY')
    return { type: 'union', branches: json.map(branch => this.#node(branch, namespace, depth + 1)) }
  }

  #record(json: Dictionary, namespace: string, depth: number): AvroNode {
    const { name, space } = nameOf(json, namespace)
    const node: AvroRecord = { type: 'record', name, fields: [] }
    this.#define(name, json, space, node)
    if (!Array.isArray(json.fields))
      throw unusable(`the record ${name} has no fields`, 'RECORD_WITHOUT_FIELDS', { name })
    for (const field of json.fields) {
      if (
        typeof field !== 'object' ||
        field === null ||
        Array.isArray(field) ||
        typeof field.name !== 'string'
      )
        throw unusable(`the record ${name} has a field without a name`, 'FIELD_WITHOUT_NAME', { name })
      const made: AvroField = {
        name: field.name,
        label: `${JSON.stringify(field.name)}:`,
        node: this.#node(field.type ?? null, space, depth + 1),
        aliases: texts(field.aliases),
        fallback: Object.hasOwn(field, 'default') ? field.default : undefined,
      }
      node.fields.push(made)
    }
    return node
  }

  #enum(json: Dictionary, namespace: string): AvroNode {
    const { name, space } = nameOf(json, namespace)
    const node: AvroNode = { type: 'enum', name, symbols: texts(json.symbols) }
    this.#define(name, json, space, node)
    return node
  }

  #fixed(json: Dictionary, namespace: string): AvroNode {
    const { name, space } = nameOf(json, namespace)
    const { size } = json
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || size > FIXED_BYTES_MAX)
      throw unusable(`the fixed type ${name} has no usable size`, 'FIXED_WITHOUT_SIZE', { name })
    const scale = scaleOf(json)
    const logical =
      json.logicalType === 'decimal' && scale !== null
        ? 'decimal'
        : json.logicalType === 'uuid' && size === 16
          ? 'uuid'
          : json.logicalType === 'duration' && size === 12
            ? 'duration'
            : null
    const node: AvroNode = { type: 'fixed', name, size, logical, scale: scale ?? 0 }
    this.#define(name, json, space, node)
    return node
  }

  #define(name: string, json: Dictionary, space: string, node: AvroNode): void {
    this.#named.set(name, node)
    for (const alias of texts(json.aliases)) {
      const full = fullName(alias, space)
      if (!this.#named.has(full)) this.#named.set(full, node)
    }
  }
}

function primitive(type: string, { logicalType, ...rest }: Dictionary): AvroNode {
  switch (type) {
    case 'int':
      return { type, logical: logicalType === 'date' || logicalType === 'time-millis' ? logicalType : null }
    case 'long':
      return { type, logical: LONG_LOGICALS.find(known => known === logicalType) ?? null }
    case 'string':
      return { type, logical: logicalType === 'uuid' ? 'uuid' : null }
    case 'bytes': {
      const scale = scaleOf(rest)
      const isDecimal = logicalType === 'decimal' && scale !== null
      return { type, logical: isDecimal ? 'decimal' : null, scale: scale ?? 0 }
    }
    case 'null':
    case 'boolean':
    case 'float':
    case 'double':
      return { type }
    default:
      throw unusable('the schema holds something that is no type', 'NO_TYPE')
  }
}

/** null: not one a decimal can have, so the logical type is ignored. */
function scaleOf({ scale = 0 }: Dictionary): number | null {
  return typeof scale === 'number' && Number.isInteger(scale) && scale >= 0 && scale <= SCALE_MAX
    ? scale
    : null
}

function nameOf(json: Dictionary, namespace: string): { name: string; space: string } {
  if (typeof json.name !== 'string' || json.name === '')
    throw unusable('the schema has a type without a name', 'TYPE_WITHOUT_NAME')
  const given = typeof json.namespace === 'string' ? json.namespace : namespace
  const name = fullName(json.name, given)
  const dot = name.lastIndexOf('.')
  return { name, space: dot < 0 ? '' : name.slice(0, dot) }
}

function fullName(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
}

function texts(json: Json | undefined): string[] {
  return Array.isArray(json) ? json.filter(item => typeof item === 'string') : []
}
