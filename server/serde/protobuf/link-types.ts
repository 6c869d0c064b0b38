import { unusable } from '../decode-error'
import type { EnumDeclaration, FieldDeclaration, MessageDeclaration, ProtoFile } from './proto-file'

export type ProtoMessage = {
  kind: 'message'
  /** Full, without a leading dot: `shop.Order.Line`. */
  name: string
  fields: ProtoField[]
  byNumber: Map<number, ProtoField>
  /** In the order of the file: what Confluent's message indexes count. */
  inner: ProtoMessage[]
}
export type ProtoEnum = {
  kind: 'enum'
  name: string
  names: Map<number, string>
  numbers: Map<string, number>
}
export type ProtoScalar = { kind: 'scalar'; name: ScalarName }
export type ProtoType = ProtoMessage | ProtoEnum | ProtoScalar

export type ProtoField = {
  name: string
  jsonName: string
  number: number
  repeated: boolean
  explicit: boolean
  oneof: string | null
  type: ProtoType
  /** Of a map. */
  key: ProtoScalar | null
}

export const SCALARS = [
  'double',
  'float',
  'int32',
  'int64',
  'uint32',
  'uint64',
  'sint32',
  'sint64',
  'fixed32',
  'fixed64',
  'sfixed32',
  'sfixed64',
  'bool',
  'string',
  'bytes',
] as const
export type ScalarName = (typeof SCALARS)[number]

type Scope = { message: ProtoMessage; declaration: MessageDeclaration; path: string }

/**
 * Declarations of several files as types that know one another; answers the messages at the top of the last
 * file, in its order.
 */
export function linkTypes(files: readonly ProtoFile[]): {
  top: ProtoMessage[]
  find(name: string): ProtoMessage | null
} {
  const known = new Map<string, ProtoMessage | ProtoEnum>()
  const scopes: Scope[] = []
  let top: ProtoMessage[] = []
  for (const file of files) {
    for (const one of file.enums) declareEnum(known, join(file.package, one.name), one)
    top = file.messages.map(one => declare(known, scopes, file.package, one))
  }
  for (const scope of scopes) link(known, scope)
  return {
    top,
    find(name) {
      const found = known.get(name.replace(/^\./, ''))
      return found?.kind === 'message' ? found : null
    },
  }
}

function declare(
  known: Map<string, ProtoMessage | ProtoEnum>,
  scopes: Scope[],
  path: string,
  declaration: MessageDeclaration,
): ProtoMessage {
  const name = join(path, declaration.name)
  const message: ProtoMessage = { kind: 'message', name, fields: [], byNumber: new Map(), inner: [] }
  known.set(name, message)
  scopes.push({ message, declaration, path: name })
  for (const one of declaration.enums) declareEnum(known, join(name, one.name), one)
  message.inner = declaration.messages.map(one => declare(known, scopes, name, one))
  return message
}

function declareEnum(
  known: Map<string, ProtoMessage | ProtoEnum>,
  name: string,
  { values }: EnumDeclaration,
): void {
  const names = new Map<number, string>()
  // Of aliases the first name is shown.
  for (const value of values) if (!names.has(value.number)) names.set(value.number, value.name)
  known.set(name, { kind: 'enum', name, names, numbers: new Map(values.map(one => [one.name, one.number])) })
}

function link(known: Map<string, ProtoMessage | ProtoEnum>, { message, declaration, path }: Scope): void {
  for (const one of declaration.fields) {
    const field: ProtoField = {
      name: one.name,
      jsonName: one.jsonName ?? camelCase(one.name),
      number: one.number,
      repeated: one.repeated,
      explicit: one.explicit,
      oneof: one.oneof,
      type: resolve(known, one, one.type, path),
      key: one.keyType === null ? null : keyOf(one.keyType, path),
    }
    message.fields.push(field)
    message.byNumber.set(field.number, field)
  }
}

/** C++ scoping: from the innermost message outwards, then the package's parts, then the root. */
function resolve(
  known: Map<string, ProtoMessage | ProtoEnum>,
  { name }: FieldDeclaration,
  type: string,
  path: string,
): ProtoType {
  const scalar = SCALARS.find(one => one === type)
  if (scalar) return { kind: 'scalar', name: scalar }
  if (type.startsWith('.')) {
    const found = known.get(type.slice(1))
    if (found) return found
  }
  for (let scope = path; ; scope = scope.slice(0, Math.max(0, scope.lastIndexOf('.')))) {
    const found = known.get(join(scope, type))
    if (found) return found
    if (scope === '') break
  }
  throw unusable(
    `the field ${path}.${name} is of the type ${type.slice(0, 100)}, which nobody declares`,
    'TYPE_UNKNOWN',
    { name: type },
  )
}

function keyOf(type: string, path: string): ProtoScalar {
  const scalar = SCALARS.find(one => one === type)
  if (!scalar || scalar === 'double' || scalar === 'float' || scalar === 'bytes')
    throw unusable(`a map in ${path} has keys of the type ${type.slice(0, 100)}`, 'MAP_KEYS', {
      name: path,
      type,
    })
  return { kind: 'scalar', name: scalar }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function camelCase(name: string): string {
  return name.replace(/_+(.)/g, (_, letter: string) => letter.toUpperCase())
}
