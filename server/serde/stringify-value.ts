import type { SerdeValue } from './serde-value'
import { ExactNumber } from './serde-value'
import { jsonNumber, type TextOut, writeText } from './text-out'

/**
 * Data as JSON text with every digit; bytes as base64, as Protobuf's JSON has them. The data is no deeper
 * than its reader allowed.
 */
export function putValue(value: SerdeValue, out: TextOut): void {
  if (value === null) out.put('null')
  else if (typeof value === 'string') out.put(JSON.stringify(value))
  else if (typeof value === 'number') out.put(jsonNumber(value))
  else if (typeof value === 'bigint' || typeof value === 'boolean') out.put(String(value))
  else if (value instanceof ExactNumber) out.put(value.text)
  else if (value instanceof Uint8Array)
    out.put(`"${Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64')}"`)
  else if (Array.isArray(value)) {
    let mark = '['
    for (const item of value) {
      out.put(mark)
      putValue(item, out)
      mark = ','
    }
    out.put(mark === '[' ? '[]' : ']')
  } else {
    let mark = '{'
    for (const name of Object.keys(value)) {
      out.put(`${mark}${JSON.stringify(name)}:`)
      putValue(value[name] ?? null, out)
      mark = ','
    }
    out.put(mark === '{' ? '{}' : '}')
  }
}

const TEXT_CHARS_MAX = 64 * 1024 * 1024

/** The whole as one text. */
export function textOfValue(value: SerdeValue): string {
  return writeText(TEXT_CHARS_MAX, out => putValue(value, out)).text
}
