import { jsonBytes, skipBlank, skipValue } from './json-bytes'

const OBJECT = 0x7b
const ARRAY = 0x5b

/**
 * Are these bytes one JSON object or array (RFC 8259)? Ten megabytes take some ten milliseconds, hostile
 * nesting takes nothing. UTF-8 inside strings is not checked here.
 */
export function isJsonContainer(bytes: Uint8Array): boolean {
  const from = skipBlank(bytes, 0)
  if (bytes[from] !== OBJECT && bytes[from] !== ARRAY) return false
  const end = skipValue(jsonBytes(bytes), from)
  return end >= 0 && skipBlank(bytes, end) === bytes.length
}
