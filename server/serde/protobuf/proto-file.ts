/** What a .proto file or a file descriptor declares, as far as reading and writing values needs it. */
export type ProtoFile = {
  package: string
  /** proto3 and editions: fields without a label have no presence. */
  proto3: boolean
  messages: MessageDeclaration[]
  enums: EnumDeclaration[]
}

export type MessageDeclaration = {
  name: string
  fields: FieldDeclaration[]
  messages: MessageDeclaration[]
  enums: EnumDeclaration[]
}

export type FieldDeclaration = {
  name: string
  /** null: the lowerCamelCase of its name. */
  jsonName: string | null
  number: number
  repeated: boolean
  /** `optional`, `required` or in a oneof: it is there or it is not. */
  explicit: boolean
  oneof: string | null
  /** A scalar's name, or that of a message or an enum as it was written; a leading dot makes it absolute. */
  type: string
  /** Of a map; `type` is its value's. */
  keyType: string | null
}

export type EnumDeclaration = { name: string; values: { name: string; number: number }[] }
