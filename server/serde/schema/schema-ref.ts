import type { DecodeFailure } from '../decode-error'

/**
 * Where a schema stands: a registry's id, Confluent's GUID, one of Apicurio's two 64-bit ids, or files that
 * the configuration names.
 */
export type SchemaRef =
  | { by: 'id'; id: number }
  | { by: 'guid'; guid: string }
  | { by: 'global-id'; id: string }
  | { by: 'content-id'; id: string }
  | { by: 'file'; id: string }

/** One text for one reference: what caches and answers go by. */
export function schemaKey(ref: SchemaRef): string {
  return ref.by === 'guid' ? `guid:${ref.guid}` : `${ref.by}:${ref.id}`
}

/** How a sentence names a schema: a registry's id by its number alone. */
export function schemaName(ref: SchemaRef): string {
  return ref.by === 'id' ? String(ref.id) : `${ref.by} ${ref.by === 'guid' ? ref.guid : ref.id}`
}

export type SchemaKind = 'avro' | 'protobuf' | 'json-schema'

/**
 * A schema with all it refers to, in an order in which every name is known before it is used. Plain data: it
 * crosses to workers.
 */
export type SchemaText = {
  kind: SchemaKind
  text: string
  references: { name: string; text: string }[]
  /** Protobuf: `text` is a FileDescriptorSet in base64. */
  descriptors?: boolean
  /** Protobuf: the message to read values with that name none. */
  message?: string
}

/**
 * What the registry said, by `schemaKey`. A failure is an answer too: its sentence, and its code, stand at
 * every record that needs the schema.
 */
export type SchemaAnswer = { key: string } & (
  | { ok: true; schema: SchemaText; id: number | null; subject: string | null; version: number | null }
  | { ok: false; error: string; failure?: DecodeFailure }
)
