/**
 * Bytes of header values. Encodings are chosen by the header's name; what does not fit is null, never a guess.
 * Plain Uint8Array: the same code reads in the browser.
 */
const utf8 = new TextDecoder('utf-8')

/** The longest stack trace that is decoded; the raw bytes stay reachable in the record. */
const MAX_TEXT_BYTES = 262_144
const MAX_TIMESTAMP_MS = 8_640_000_000_000_000

/** UTF-8 text; invalid sequences become U+FFFD; bounded. null stays null, empty stays empty. */
export function text(value: Uint8Array | null | undefined, maxBytes = MAX_TEXT_BYTES): string | null {
  if (value === null || value === undefined) return null
  return utf8.decode(value.length > maxBytes ? value.subarray(0, wholeCharacters(value, maxBytes)) : value)
}

/** The largest length up to `max` that cuts no UTF-8 sequence. */
function wholeCharacters(value: Uint8Array, max: number): number {
  let end = Math.min(max, value.length)
  if (end === value.length) return end
  for (let back = 0; back < 4 && end > 0 && ((value[end] ?? 0) & 0xc0) === 0x80; back++) end--
  return end
}

/** A topic, group or class name: text that is not empty and not longer than Kafka's own limit for any of them. */
export function name(value: Uint8Array | null | undefined): string | null {
  if (!value || value.length === 0 || value.length > 32_767) return null
  if (value.length > REMEMBERED_BYTES) return utf8.decode(value)
  const place =
    (value.length * 31 + (value[value.length - 1] ?? 0) * 7 + (value[value.length >> 1] ?? 0)) % PLACES
  const known = remembered[place]
  if (known && isSame(known.bytes, value)) return known.text
  const decoded = utf8.decode(value)
  remembered[place] = { bytes: new Uint8Array(value), text: decoded }
  return decoded
}

/** Names of topics, groups and classes are the same in thousands of records. */
const PLACES = 256
const REMEMBERED_BYTES = 256
const remembered: { bytes: Uint8Array; text: string }[] = []

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

/** int32, big-endian; a number written as text by an imitator is taken where the length rules out an int32. */
export function int32(value: Uint8Array | null | undefined): number | null {
  if (!value) return null
  if (value.length === 4)
    return ((value[0] ?? 0) << 24) | ((value[1] ?? 0) << 16) | ((value[2] ?? 0) << 8) | (value[3] ?? 0)
  const number = decimal(value)
  return number !== null && number <= 0x7fffffffn && number >= -0x80000000n ? Number(number) : null
}

const eight = new Uint8Array(8)
const ofEight = new DataView(eight.buffer)

/** int64, big-endian; text as for int32. Eight bytes are always an int64, even eight ASCII digits: the name decides. */
export function int64(value: Uint8Array | null | undefined): bigint | null {
  if (!value) return null
  if (value.length === 8) {
    // Moved into one view: a view of its own for each number costs more than reading it.
    eight.set(value)
    return ofEight.getBigInt64(0)
  }
  return decimal(value)
}

/** Java's `BigInteger.toByteArray()`: two's complement of minimal length, 6 bytes for a time of today. */
export function bigInteger(value: Uint8Array | null | undefined): bigint | null {
  if (!value || value.length === 0 || value.length > 8) return null
  let number = BigInt.asIntN(8, BigInt(value[0] ?? 0))
  for (const byte of value.subarray(1)) number = (number << 8n) | BigInt(byte)
  return number
}

/** UTF-8 decimal digits within 64 bits. */
export function decimal(value: Uint8Array | null | undefined): bigint | null {
  if (!value || value.length === 0 || value.length > 20) return null
  const digits = utf8.decode(value)
  if (!/^-?\d{1,19}$/.test(digits)) return null
  const number = BigInt(digits)
  return BigInt.asIntN(64, number) === number ? number : null
}

/** A partition, an attempt: a small number that is not negative. */
export function smallNumber(number: bigint | number | null): number | null {
  if (number === null || number < 0 || number > 0x7fffffff) return null
  return Number(number)
}

export function offset(number: bigint | null): bigint | null {
  return number === null || number < 0n ? null : number
}

/** Epoch milliseconds that a Date can hold; Kafka writes -1 for none. */
export function timestamp(number: bigint | null): number | null {
  if (number === null || number < 0n || number > BigInt(MAX_TIMESTAMP_MS)) return null
  return Number(number)
}

function view(value: Uint8Array): DataView {
  return new DataView(value.buffer, value.byteOffset, value.byteLength)
}

export type GuessedValue = { kind: 'text' | 'int32' | 'int64' | 'bytes'; text: string }

/**
 * A value whose header nobody knows: printable UTF-8 first, then 4 or 8 bytes big-endian where the number is plausible,
 * else hex. Eight ASCII digits are text, not a date in the far future.
 */
export function guess(value: Uint8Array): GuessedValue {
  const readable = printable(value)
  if (readable !== null) return { kind: 'text', text: readable }
  if (value.length === 4) {
    const number = view(value).getInt32(0)
    if (Math.abs(number) < 100_000_000) return { kind: 'int32', text: String(number) }
  }
  if (value.length === 8) {
    const number = view(value).getBigInt64(0)
    if (number > -100_000_000n && number < 10_000_000_000_000_000n)
      return { kind: 'int64', text: String(number) }
  }
  return { kind: 'bytes', text: hex(value) }
}

/** The text, if the bytes are valid UTF-8 without control characters (tab and line ends apart); else null. */
function printable(value: Uint8Array): string | null {
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true }).decode(value.subarray(0, MAX_TEXT_BYTES))
    return /[^\P{C}\t\n\r]/u.test(decoded) ? null : decoded
  } catch {
    return null
  }
}

/** At most 1,024 bytes as hex. */
export function hex(value: Uint8Array): string {
  let out = ''
  for (const byte of value.subarray(0, 1024)) out += byte.toString(16).padStart(2, '0')
  return out
}
