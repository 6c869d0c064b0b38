/**
 * A compiled Avro schema: a graph of nodes (recursive types point back) that readers and writers walk. No
 * code is generated.
 */
export type AvroNode =
  | { type: 'null' }
  | { type: 'boolean' }
  | { type: 'float' }
  | { type: 'double' }
  | { type: 'int'; logical: 'date' | 'time-millis' | null }
  | { type: 'long'; logical: LongLogical | null }
  | { type: 'string'; logical: 'uuid' | null }
  | { type: 'bytes'; logical: 'decimal' | null; scale: number }
  | {
      type: 'fixed'
      name: string
      size: number
      logical: 'decimal' | 'uuid' | 'duration' | null
      scale: number
    }
  | { type: 'enum'; name: string; symbols: string[] }
  | { type: 'array'; items: AvroNode }
  | { type: 'map'; values: AvroNode }
  | { type: 'union'; branches: AvroNode[] }
  | AvroRecord

export type AvroRecord = { type: 'record'; name: string; fields: AvroField[] }

export type AvroField = {
  name: string
  /** `"name":`, quoted once for all records. */
  label: string
  node: AvroNode
  aliases: string[]
  /** As parsed JSON; undefined: there is none. */
  fallback: unknown
}

export const LONG_LOGICALS = [
  'time-micros',
  'timestamp-millis',
  'timestamp-micros',
  'timestamp-nanos',
  'local-timestamp-millis',
  'local-timestamp-micros',
  'local-timestamp-nanos',
] as const
export type LongLogical = (typeof LONG_LOGICALS)[number]

/** How a branch of a union is called in Avro's own JSON: the type, or the full name of a named one. */
export function branchName(node: AvroNode): string {
  return node.type === 'record' || node.type === 'enum' || node.type === 'fixed' ? node.name : node.type
}
