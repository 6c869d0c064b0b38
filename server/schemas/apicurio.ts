import type { SchemaKind } from '@/server/serde/schema/schema-ref'

/**
 * The root of Apicurio's own API on the same host, from the path of the one that speaks Confluent's:
 * `/apis/ccompat/v7`.
 */
export function apicurioRoot(path: string): string {
  const at = path.indexOf('/apis/')
  return `${at < 0 ? '' : path.slice(0, at)}/apis/registry/v2`
}

/** What kind of schema a text is; Apicurio answers by content alone. null: none that is read. */
export function guessKind(text: string): SchemaKind | null {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return /\b(syntax|message|package|enum|edition)\b/.test(text) ? 'protobuf' : null
  }
  if (typeof json === 'string' || Array.isArray(json)) return 'avro'
  if (typeof json !== 'object' || json === null) return null
  if ('$schema' in json || 'properties' in json || '$ref' in json || '$defs' in json) return 'json-schema'
  const type = 'type' in json ? json.type : undefined
  const isAvro =
    typeof type === 'string' && /^(record|enum|fixed|map|null|int|long|float|double|bytes|error)$/.test(type)
  return isAvro || 'fields' in json || 'symbols' in json ? 'avro' : 'json-schema'
}
