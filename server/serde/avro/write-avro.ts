import type { ByteWriter } from '../byte-writer'
import { isRecord } from '../describe-value'
import { EncodeError, memberPath, wrong } from '../encode-error'
import { fractionBytes } from '../fraction-bytes'
import { parseJson } from '../json-value'
import { ExactNumber, type SerdeValue } from '../serde-value'
import { type AvroNode, branchName } from './avro-node'
import { bytesOfDecimal, unitsOfTime } from './parse-logical'

const DEPTH_MAX = 200

/**
 * A value (as `parseJson` makes it) in Avro's binary encoding. Takes what `avroToText` shows and what Avro's
 * own JSON says: unions with or without the name of their branch, times as ISO text or as numbers. Missing
 * fields get their default. Throws EncodeError with the path.
 */
export function writeAvro(
  node: AvroNode,
  value: SerdeValue | undefined,
  out: ByteWriter,
  path = '',
  depth = 0,
): void {
  if (depth > DEPTH_MAX) throw new EncodeError(path, `nested deeper than ${DEPTH_MAX} levels`)
  switch (node.type) {
    case 'null':
      if (value !== null) throw wrong(path, 'null', value)
      break
    case 'boolean':
      if (typeof value !== 'boolean') throw wrong(path, 'true or false', value)
      out.byte(value ? 1 : 0)
      break
    case 'int':
    case 'long':
      out.zigzag(integer(node, value, path))
      break
    case 'float':
      out.raw(fractionBytes(4, value, path))
      break
    case 'double':
      out.raw(fractionBytes(8, value, path))
      break
    case 'string':
      if (typeof value !== 'string') throw wrong(path, 'text', value)
      chunk(Buffer.from(value, 'utf8'), out)
      break
    case 'bytes':
      chunk(node.logical === 'decimal' ? decimal(value, node.scale, path) : latin1(value, path), out)
      break
    case 'fixed':
      out.raw(fixed(node, value, path))
      break
    case 'enum': {
      const index = typeof value === 'string' ? node.symbols.indexOf(value) : -1
      if (index < 0) throw wrong(path, `one of ${node.symbols.slice(0, 20).join(', ')}`, value)
      out.zigzag(BigInt(index))
      break
    }
    case 'array': {
      if (!Array.isArray(value)) throw wrong(path, 'a list', value)
      if (value.length > 0) out.zigzag(BigInt(value.length))
      for (const [i, item] of value.entries()) writeAvro(node.items, item, out, `${path}[${i}]`, depth + 1)
      out.byte(0)
      break
    }
    case 'map': {
      if (!isRecord(value)) throw wrong(path, 'an object', value)
      const names = Object.keys(value)
      if (names.length > 0) out.zigzag(BigInt(names.length))
      for (const name of names) {
        chunk(Buffer.from(name, 'utf8'), out)
        writeAvro(node.values, value[name], out, memberPath(path, name), depth + 1)
      }
      out.byte(0)
      break
    }
    case 'record':
      writeRecord(node, value, out, path, depth)
      break
    case 'union':
      writeUnion(node.branches, value, out, path, depth)
  }
}

function writeRecord(
  node: Extract<AvroNode, { type: 'record' }>,
  value: SerdeValue | undefined,
  out: ByteWriter,
  path: string,
  depth: number,
): void {
  if (!isRecord(value)) throw wrong(path, 'an object', value)
  const known = new Set(node.fields.map(field => field.name))
  const stray = Object.keys(value).find(name => !known.has(name))
  if (stray !== undefined) throw new EncodeError(memberPath(path, stray), `${node.name} has no such field`)
  for (const field of node.fields) {
    const at = memberPath(path, field.name)
    let given = value[field.name]
    if (given === undefined) {
      if (field.fallback === undefined) throw new EncodeError(at, 'is missing and has no default')
      given = parseJson(JSON.stringify(field.fallback))
      // A union's default belongs to its first branch.
      if (field.node.type === 'union' && field.node.branches[0]) {
        out.zigzag(0n)
        writeAvro(field.node.branches[0], given, out, at, depth + 1)
        continue
      }
    }
    writeAvro(field.node, given, out, at, depth + 1)
  }
}

function writeUnion(
  branches: readonly AvroNode[],
  value: SerdeValue | undefined,
  out: ByteWriter,
  path: string,
  depth: number,
): void {
  // Avro's own JSON names the branch: {"string": "x"}.
  if (isRecord(value)) {
    const [name, ...more] = Object.keys(value)
    const named = more.length === 0 ? branches.findIndex(one => branchName(one) === name) : -1
    const branch = branches[named]
    if (branch && name !== undefined && !(branch.type === 'record' && fits(branch, value, depth))) {
      out.zigzag(BigInt(named))
      writeAvro(branch, value[name], out, memberPath(path, name), depth + 1)
      return
    }
  }
  const index = branches.findIndex(branch => fits(branch, value, depth))
  const branch = branches[index]
  if (branch) {
    out.zigzag(BigInt(index))
    writeAvro(branch, value, out, path, depth + 1)
    return
  }
  // With one branch besides null the person means that one: its error says more.
  const others = branches.map((one, i) => ({ one, i })).filter(({ one }) => one.type !== 'null')
  const only = others.length === 1 ? others[0] : undefined
  if (only && value !== null && value !== undefined) writeAvro(only.one, value, out, path, depth + 1)
  throw wrong(path, `one of ${branches.map(branchName).join(', ')}`, value)
}

/** Could the value be of this type? Records by their fields' names, everything else by trying. */
function fits(node: AvroNode, value: SerdeValue | undefined, depth: number): boolean {
  switch (node.type) {
    case 'null':
      return value === null
    case 'boolean':
      return typeof value === 'boolean'
    case 'record': {
      if (!isRecord(value)) return false
      const names = new Set(node.fields.map(field => field.name))
      return (
        Object.keys(value).every(name => names.has(name)) &&
        node.fields.every(field => field.fallback !== undefined || Object.hasOwn(value, field.name))
      )
    }
    case 'map':
      return isRecord(value)
    case 'array':
      return Array.isArray(value)
    case 'union':
      return depth < DEPTH_MAX && node.branches.some(branch => fits(branch, value, depth + 1))
    default:
      try {
        writeAvro(node, value, NOWHERE)
        return true
      } catch {
        return false
      }
  }
}

/** For trying: what is written goes away. */
const NOWHERE = {
  byte: () => undefined,
  raw: () => undefined,
  varint: () => undefined,
  zigzag: () => undefined,
  done: () => Buffer.alloc(0),
} as unknown as ByteWriter

function integer(
  node: Extract<AvroNode, { type: 'int' | 'long' }>,
  value: SerdeValue | undefined,
  path: string,
): bigint {
  const bits = node.type === 'int' ? 32 : 64
  const units = typeof value === 'string' && node.logical !== null ? unitsOfTime(value, node.logical) : null
  const number = units ?? (typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value)
  if (typeof number !== 'bigint')
    throw wrong(
      path,
      node.logical === null ? `an integer (${node.type})` : `a ${node.logical} or an integer`,
      value,
    )
  if (BigInt.asIntN(bits, number) !== number) throw new EncodeError(path, `does not fit ${bits} bits`)
  return number
}

function fixed(
  node: Extract<AvroNode, { type: 'fixed' }>,
  value: SerdeValue | undefined,
  path: string,
): Buffer {
  if (
    node.logical === 'uuid' &&
    typeof value === 'string' &&
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
  )
    return Buffer.from(value.replaceAll('-', ''), 'hex')
  if (node.logical === 'decimal') {
    const bytes = decimal(value, node.scale, path)
    if (bytes.length > node.size) throw new EncodeError(path, `does not fit ${node.size} bytes`)
    return Buffer.concat([Buffer.alloc(node.size - bytes.length, (bytes[0] ?? 0) & 0x80 ? 0xff : 0), bytes])
  }
  if (node.logical === 'duration' && typeof value === 'string') {
    const match = /^P(\d{1,9})M(\d{1,9})DT(\d{1,7})\.(\d{3})S$/.exec(value)
    if (match) {
      const bytes = Buffer.alloc(12)
      bytes.writeUInt32LE(Number(match[1]), 0)
      bytes.writeUInt32LE(Number(match[2]), 4)
      bytes.writeUInt32LE(Number(match[3]) * 1000 + Number(match[4]), 8)
      return bytes
    }
  }
  const bytes = latin1(value, path)
  if (bytes.length !== node.size)
    throw new EncodeError(path, `has ${bytes.length} bytes instead of ${node.size}`)
  return bytes
}

function decimal(value: SerdeValue | undefined, scale: number, path: string): Buffer {
  const text =
    typeof value === 'string'
      ? value
      : value instanceof ExactNumber
        ? value.text
        : typeof value === 'bigint' || typeof value === 'number'
          ? String(value)
          : null
  const bytes = text === null ? null : bytesOfDecimal(text, scale)
  if (bytes === null) throw wrong(path, `a decimal of at most ${scale} digits after the point`, value)
  return bytes
}

/** One character a byte, as Avro's JSON has bytes. */
function latin1(value: SerdeValue | undefined, path: string): Buffer {
  if (typeof value !== 'string') throw wrong(path, 'text of one character a byte', value)
  for (let i = 0; i < value.length; i++)
    if (value.charCodeAt(i) > 0xff)
      throw new EncodeError(path, 'holds a character that is no byte (above U+00FF)')
  return Buffer.from(value, 'latin1')
}

function chunk(bytes: Buffer, out: ByteWriter): void {
  out.zigzag(BigInt(bytes.length))
  out.raw(bytes)
}
