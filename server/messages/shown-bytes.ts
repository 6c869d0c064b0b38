/** What one answer may hold of raw keys, values and headers; with more it ends, and its cursor goes on. */
export const ANSWER_BYTES = 16 * 1024 * 1024

type Bytes = { readonly length: number }

/** Raw bytes of which a record's row is made, each part counted up to `partBytes`. */
export function shownBytes(
  record: {
    key: Bytes | null
    value: Bytes | null
    headers: readonly { name: Bytes; value: Bytes | null }[]
  },
  partBytes: number,
): number {
  const { key, value, headers } = record
  let sum = Math.min(key?.length ?? 0, partBytes) + Math.min(value?.length ?? 0, partBytes)
  for (const header of headers) sum += header.name.length + Math.min(header.value?.length ?? 0, partBytes)
  return sum
}
