import { ExactNumber, type SerdeValue } from './serde-value'

/** What a value is, in a word, for messages about values that don't fit. */
export function wordFor(value: SerdeValue | undefined): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'bigint') return 'an integer'
  if (typeof value === 'number' || value instanceof ExactNumber) return 'a number'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'true or false'
  return value instanceof Uint8Array ? 'bytes' : 'an object'
}

export function isRecord(value: SerdeValue | undefined): value is { [name: string]: SerdeValue } {
  return wordFor(value) === 'an object'
}
