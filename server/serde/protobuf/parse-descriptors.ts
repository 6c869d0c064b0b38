import { unusable } from '../decode-error'
import type { EnumDeclaration, FieldDeclaration, MessageDeclaration, ProtoFile } from './proto-file'
import { ProtoInput } from './proto-input'

/** google.protobuf.FieldDescriptorProto.Type by number. */
const TYPES: Record<number, string> = {
  1: 'double',
  2: 'float',
  3: 'int64',
  4: 'uint64',
  5: 'int32',
  6: 'fixed64',
  7: 'fixed32',
  8: 'bool',
  9: 'string',
  12: 'bytes',
  13: 'uint32',
  15: 'sfixed32',
  16: 'sfixed64',
  17: 'sint32',
  18: 'sint64',
}
const REPEATED = 3
const DEPTH_MAX = 64

type Visit = (number: number, input: ProtoInput, wire: number) => void

/** A FileDescriptorSet (`protoc --descriptor_set_out`, `buf build`) as declarations. Throws DecodeError. */
export function parseDescriptorSet(bytes: Buffer): ProtoFile[] {
  const files: ProtoFile[] = []
  walk(new ProtoInput(bytes, 0), (number, input) => {
    if (number === 1) files.push(parseFileDescriptor(input.inner()))
    else skip(input, 2)
  })
  if (files.length === 0) throw unusable('the descriptor set holds no file', 'NO_DESCRIPTOR_SET')
  return files
}

function parseFileDescriptor(input: ProtoInput): ProtoFile {
  const file: ProtoFile = { package: '', proto3: false, messages: [], enums: [] }
  walk(input, (number, at, wire) => {
    if (number === 2) file.package = at.chunk().toString('utf8')
    else if (number === 4) file.messages.push(message(at.inner(), 0))
    else if (number === 5) file.enums.push(enumeration(at.inner()))
    else if (number === 12) file.proto3 = at.chunk().toString('utf8') !== 'proto2'
    else skip(at, wire)
  })
  if (!file.proto3) for (const one of file.messages) makeExplicit(one)
  return file
}

function makeExplicit(of: MessageDeclaration): void {
  for (const field of of.fields) field.explicit = true
  for (const inner of of.messages) makeExplicit(inner)
}

type Entry = MessageDeclaration & { isMap?: boolean }

function message(input: ProtoInput, depth: number): Entry {
  if (depth > DEPTH_MAX)
    throw unusable(`messages nested deeper than ${DEPTH_MAX}`, 'TOO_DEEP', { levels: DEPTH_MAX })
  const made: Entry = { name: '', fields: [], messages: [], enums: [] }
  const nested: Entry[] = []
  walk(input, (number, at, wire) => {
    if (number === 1) made.name = at.chunk().toString('utf8')
    else if (number === 2) made.fields.push(field(at.inner()))
    else if (number === 3) nested.push(message(at.inner(), depth + 1))
    else if (number === 4) made.enums.push(enumeration(at.inner()))
    else if (number === 7)
      walk(at.inner(), (option, value, optionWire) => {
        if (option === 7 && optionWire === 0) made.isMap = value.varint() !== 0n
        else skip(value, optionWire)
      })
    else skip(at, wire)
  })
  for (const entry of nested) {
    if (entry.isMap) unfoldMap(made, entry)
    else made.messages.push(entry)
  }
  return made
}

/** A map is a repeated message of key and value in descriptors. */
function unfoldMap(of: MessageDeclaration, entry: Entry): void {
  const key = entry.fields.find(one => one.number === 1)
  const value = entry.fields.find(one => one.number === 2)
  for (const one of of.fields) {
    if (!key || !value || !(one.type.endsWith(`.${of.name}.${entry.name}`) || one.type === entry.name))
      continue
    one.keyType = key.type
    one.type = value.type
  }
}

function field(input: ProtoInput): FieldDeclaration {
  const made: FieldDeclaration = {
    name: '',
    jsonName: null,
    number: 0,
    repeated: false,
    explicit: false,
    oneof: null,
    type: '',
    keyType: null,
  }
  walk(input, (number, at, wire) => {
    if (number === 1) made.name = at.chunk().toString('utf8')
    else if (number === 3) made.number = Number(at.varint())
    else if (number === 4) made.repeated = Number(at.varint()) === REPEATED
    else if (number === 5) made.type = TYPES[Number(at.varint())] ?? made.type
    else if (number === 6) made.type = at.chunk().toString('utf8')
    else if (number === 9) {
      made.oneof = String(at.varint())
      made.explicit = true
    } else if (number === 10) made.jsonName = at.chunk().toString('utf8')
    else skip(at, wire)
  })
  return made
}

function enumeration(input: ProtoInput): EnumDeclaration {
  const made: EnumDeclaration = { name: '', values: [] }
  walk(input, (number, at, wire) => {
    if (number === 1) made.name = at.chunk().toString('utf8')
    else if (number === 2) {
      const value = { name: '', number: 0 }
      walk(at.inner(), (part, inner, innerWire) => {
        if (part === 1) value.name = inner.chunk().toString('utf8')
        else if (part === 2) value.number = Number(BigInt.asIntN(32, inner.varint()))
        else skip(inner, innerWire)
      })
      made.values.push(value)
    } else skip(at, wire)
  })
  return made
}

function walk(input: ProtoInput, visit: Visit): void {
  while (!input.done) {
    const { number, wire } = input.tag()
    input.count()
    visit(number, input, wire)
  }
}

/** Reads over a value of no interest. Throws DecodeError for what no descriptor holds. */
function skip(input: ProtoInput, wire: number): void {
  if (wire === 0) input.varint()
  else if (wire === 1) input.take(8)
  else if (wire === 2) input.chunk()
  else if (wire === 5) input.take(4)
  else throw unusable('this is no descriptor set', 'NO_DESCRIPTOR_SET')
}
