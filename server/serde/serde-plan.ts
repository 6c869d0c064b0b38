import type { SerdeFormat, SerdeReason } from '@/lib/contracts/serdes'
import type { SchemaAnswer, SchemaRef } from './schema/schema-ref'

/** How one part of a topic's records is to be read. */
export type SerdeRule = {
  format: SerdeFormat
  /** Who said so; null with `auto`. */
  reason: Extract<SerdeReason, 'asked' | 'remembered' | 'configured'> | null
  /** The schema of values that carry no id: the configuration's (by name), or one that somebody chose by its id. */
  schema?: SchemaRef | undefined
}

/**
 * Everything that reading a topic needs, as plain data: it is made where the request is, and handed to scan
 * workers as it is.
 */
export type SerdePlan = {
  topic: string
  key: SerdeRule
  value: SerdeRule
  /** Is there a registry to ask? Without one a frame's id is named and the bytes are shown. */
  registry: boolean
  /** Schemas that are there from the start: those of files. */
  schemas: SchemaAnswer[]
}

const AUTO: SerdeRule = { format: 'auto', reason: null }

/** Everything by itself, and nobody to ask for schemas. */
export function autoPlan(topic: string): SerdePlan {
  return { topic, key: AUTO, value: AUTO, registry: false, schemas: [] }
}
