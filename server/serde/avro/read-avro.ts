import { misfit, tooDeep, VALUE_DEPTH_MAX } from '../decode-error'
import { emptyObject, type SerdeValue } from '../serde-value'
import { jsonFloat, jsonNumber, type TextOut } from '../text-out'
import type { AvroInput } from './avro-input'
import type { AvroNode, AvroRecord } from './avro-node'
import { dateText, decimalText, durationText, timestampText, timeText, uuidText } from './logical'

/**
 * Writes one value as JSON text straight from its bytes: 64-bit integers and decimals keep all digits, unions
 * stand without the name of their branch, bytes as Avro's own JSON has them (one character a byte). Throws
 * DecodeError.
 */
export function avroToText(node: AvroNode, input: AvroInput, out: TextOut, depth = 0): void {
  if (depth > VALUE_DEPTH_MAX) throw tooDeep(VALUE_DEPTH_MAX)
  input.count()
  switch (node.type) {
    case 'record': {
      let mark = '{'
      for (const field of node.fields) {
        out.put(mark + field.label)
        avroToText(field.node, input, out, depth + 1)
        mark = ','
      }
      out.put(mark === '{' ? '{}' : '}')
      return
    }
    case 'union':
      avroToText(branchOf(node.branches, input), input, out, depth + 1)
      return
    case 'array': {
      let mark = '['
      for (let count = input.block(); count > 0; count = input.block()) {
        for (let i = 0; i < count; i++) {
          out.put(mark)
          avroToText(node.items, input, out, depth + 1)
          mark = ','
        }
      }
      out.put(mark === '[' ? '[]' : ']')
      return
    }
    case 'map': {
      let mark = '{'
      for (let count = input.block(); count > 0; count = input.block()) {
        for (let i = 0; i < count; i++) {
          out.put(`${mark}${JSON.stringify(text(input))}:`)
          avroToText(node.values, input, out, depth + 1)
          mark = ','
        }
      }
      out.put(mark === '{' ? '{}' : '}')
      return
    }
    case 'float':
      out.put(jsonFloat(input.float()))
      return
    case 'double':
      out.put(jsonNumber(input.double()))
      return
    default: {
      const value = scalar(node, input)
      if (typeof value === 'string') out.put(JSON.stringify(value))
      else out.put(value instanceof Uint8Array ? JSON.stringify(latin1(value)) : String(value))
    }
  }
}

/**
 * One value as data; of a record at the top only `fields`, when they are named: the others are read over.
 * Throws DecodeError.
 */
export function avroToValue(
  node: AvroNode,
  input: AvroInput,
  fields: ReadonlySet<string> | null = null,
  depth = 0,
): SerdeValue {
  if (depth > VALUE_DEPTH_MAX) throw tooDeep(VALUE_DEPTH_MAX)
  input.count()
  switch (node.type) {
    case 'record':
      return recordToValue(node, input, fields, depth)
    case 'union':
      return avroToValue(branchOf(node.branches, input), input, fields, depth + 1)
    case 'array': {
      const items: SerdeValue[] = []
      for (let count = input.block(); count > 0; count = input.block())
        for (let i = 0; i < count; i++) items.push(avroToValue(node.items, input, null, depth + 1))
      return items
    }
    case 'map': {
      const values = emptyObject()
      for (let count = input.block(); count > 0; count = input.block()) {
        for (let i = 0; i < count; i++) {
          const name = text(input)
          values[name] = avroToValue(node.values, input, null, depth + 1)
        }
      }
      return values
    }
    case 'float':
      return input.float()
    case 'double':
      return input.double()
    default: {
      const value = scalar(node, input)
      return typeof value === 'number' ? BigInt(value) : value
    }
  }
}

function recordToValue(
  node: AvroRecord,
  input: AvroInput,
  fields: ReadonlySet<string> | null,
  depth: number,
): SerdeValue {
  const values = emptyObject()
  let left = fields?.size ?? -1
  for (const field of node.fields) {
    if (fields !== null && !fields.has(field.name)) {
      skipAvro(field.node, input, depth + 1)
      continue
    }
    values[field.name] = avroToValue(field.node, input, null, depth + 1)
    // All that was asked for is here: the rest of the record need not even be read over.
    if (--left === 0 && depth === 0) break
  }
  return values
}

/** Reads over a value without making anything of it. */
export function skipAvro(node: AvroNode, input: AvroInput, depth = 0): void {
  if (depth > VALUE_DEPTH_MAX) throw tooDeep(VALUE_DEPTH_MAX)
  input.count()
  switch (node.type) {
    case 'null':
      return
    case 'boolean':
      input.skip(1)
      return
    case 'int':
    case 'long':
    case 'enum':
      while (input.byte() >= 0x80) {}
      return
    case 'float':
      input.skip(4)
      return
    case 'double':
      input.skip(8)
      return
    case 'fixed':
      input.skip(node.size)
      return
    case 'bytes':
    case 'string':
      input.skip(input.size('a length'))
      return
    case 'record':
      for (const field of node.fields) skipAvro(field.node, input, depth + 1)
      return
    case 'union':
      skipAvro(branchOf(node.branches, input), input, depth + 1)
      return
    case 'array':
    case 'map':
      for (;;) {
        const count = input.long()
        if (count === 0) return
        if (count < 0) input.skip(input.size('a block'))
        else if (typeof count === 'bigint')
          throw misfit(`a block of ${count} items`, 'BAD_LENGTH', { at: input.at })
        else
          for (let i = 0; i < count; i++) {
            if (node.type === 'map') input.skip(input.size('a length'))
            skipAvro(node.type === 'map' ? node.values : node.items, input, depth + 1)
          }
      }
  }
}

type ScalarNode = Exclude<AvroNode, { type: 'record' | 'union' | 'array' | 'map' | 'float' | 'double' }>

function scalar(node: ScalarNode, input: AvroInput): null | boolean | number | bigint | string | Uint8Array {
  switch (node.type) {
    case 'null':
      return null
    case 'boolean': {
      const byte = input.byte()
      if (byte > 1) throw misfit(`a boolean of ${byte} at byte ${input.at}`, 'BAD_BOOLEAN', { at: input.at })
      return byte === 1
    }
    case 'int': {
      const value = input.long()
      if (typeof value === 'bigint' || value < -0x80000000 || value > 0x7fffffff)
        throw misfit(`an int of more than 32 bits at byte ${input.at}`, 'NUMBER_TOO_LONG', {
          bits: 32,
          at: input.at,
        })
      if (node.logical === null) return value
      return (node.logical === 'date' ? dateText(value) : timeText(value, 'millis')) ?? value
    }
    case 'long': {
      const value = input.long()
      return node.logical === null ? value : (timestampText(value, node.logical) ?? value)
    }
    case 'string':
      return text(input)
    case 'bytes': {
      const bytes = input.take(input.size('a length'))
      return node.logical === 'decimal' ? decimal(bytes, node.scale) : bytes
    }
    case 'fixed': {
      const bytes = input.take(node.size)
      if (node.logical === 'decimal') return decimal(bytes, node.scale)
      if (node.logical === 'uuid') return uuidText(bytes)
      return node.logical === 'duration' ? durationText(bytes) : bytes
    }
    case 'enum': {
      const index = input.size('a symbol')
      const symbol = node.symbols[index]
      if (symbol === undefined)
        throw misfit(`symbol ${index} of ${node.name}, which has ${node.symbols.length}`, 'NO_SUCH_SYMBOL', {
          index,
          name: node.name,
          count: node.symbols.length,
        })
      return symbol
    }
  }
}

/** Digits are made in quadratic time: what no money ever needs stays bytes. */
const DECIMAL_BYTES_MAX = 1024

function decimal(bytes: Buffer, scale: number): string | Uint8Array {
  return bytes.length > DECIMAL_BYTES_MAX ? bytes : decimalText(bytes, scale)
}

function branchOf(branches: readonly AvroNode[], input: AvroInput): AvroNode {
  const index = input.size('a branch')
  const branch = branches[index]
  if (!branch)
    throw misfit(`branch ${index} of a union of ${branches.length} at byte ${input.at}`, 'NO_SUCH_BRANCH', {
      index,
      count: branches.length,
      at: input.at,
    })
  return branch
}

function text(input: AvroInput): string {
  return input.take(input.size('a length')).toString('utf8')
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
