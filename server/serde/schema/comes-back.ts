import { EncodeError } from '../encode-error'
import { parseJson } from '../json-value'
import type { CompiledSchema, MessageName } from './compiled-schema'

/**
 * Would the JSON text that a schema made of a value, written by that schema again, be the same bytes? It is
 * not where something has no place in the text: unknown fields, a union's other branch, an odd encoding.
 * Throws DecodeError for bytes or text that can't be read.
 */
export function comesBack(
  schema: CompiledSchema,
  { bytes, at, message }: { bytes: Buffer; at: number; message: MessageName | null },
  text: string,
): boolean {
  try {
    return schema.rewrite(bytes, at, parseJson(text), text, message).equals(bytes)
  } catch (error) {
    if (error instanceof EncodeError) return false
    throw error
  }
}
