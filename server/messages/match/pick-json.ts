import {
  type JsonBytes,
  jsonBytes,
  skipBlank,
  skipColon,
  skipPlainText,
  skipValue,
} from '@/server/serde/json-bytes'
import { define, integerOr, REPLACED, readPlainJson } from './plain-json'

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const ZERO = 0x30
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
/** A double holds 15 digits for sure. */
const DIGITS_MAX = 15

/**
 * Picks a few fields out of JSON objects: each object is looked through byte by byte, to be sure that it is
 * JSON, but only what is asked for is made. Answers what `readPlainJson` gives for those fields, and undefined
 * for whatever has to be read with more care.
 */
export class JsonPicker {
  readonly #names: readonly string[]
  readonly #nameBytes: readonly Buffer[]
  /** Where each field's value begins and ends; -1: it was not met. */
  readonly #from: number[]
  readonly #to: number[]
  #json: JsonBytes = jsonBytes(new Uint8Array())

  constructor(fields: ReadonlySet<string>) {
    this.#names = [...fields]
    this.#nameBytes = this.#names.map(name => Buffer.from(name))
    this.#from = this.#names.map(() => -1)
    this.#to = this.#names.map(() => -1)
  }

  /** Of what lies from `at` to `end` among other bytes. */
  pick(bytes: Buffer, at: number, end: number): Record<string, unknown> | undefined {
    if (bytes[at] !== OPEN_BRACE) return undefined
    // Thousands of records lie in the same batch.
    if (this.#json.bytes !== bytes) this.#json = jsonBytes(bytes)
    if (!this.#walk(this.#json, at + 1, end)) return undefined
    const picked: Record<string, unknown> = {}
    for (let i = 0; i < this.#names.length; i++) {
      const name = this.#names[i]
      const from = this.#from[i] ?? -1
      if (name === undefined || from < 0) continue
      const value = readValue(bytes, from, this.#to[i] ?? from)
      if (value === undefined) return undefined
      define(picked, name, value)
    }
    return picked
  }

  /** Notes where the fields lie. False: no JSON object up to the end, or a name that is written with escapes. */
  #walk(json: JsonBytes, from: number, end: number): boolean {
    this.#from.fill(-1)
    const { bytes } = json
    let at = skipBlank(bytes, from)
    if (bytes[at] === CLOSE_BRACE) return isRest(bytes, at + 1, end)
    for (;;) {
      if (bytes[at] !== QUOTE) return false
      const nameAt = at + 1
      const nameEnd = skipPlainText(json, nameAt)
      if (bytes[nameEnd] !== QUOTE) return false
      at = skipColon(bytes, nameEnd + 1)
      if (at < 0) return false
      const valueAt = at
      at = skipValue(json, at)
      if (at < 0) return false
      const field = this.#fieldAt(bytes, nameAt, nameEnd)
      if (field >= 0) {
        // Of two of the same name the last one counts.
        this.#from[field] = valueAt
        this.#to[field] = at
      }
      at = skipBlank(bytes, at)
      if (bytes[at] === CLOSE_BRACE) return isRest(bytes, at + 1, end)
      if (bytes[at] !== COMMA) return false
      at = skipBlank(bytes, at + 1)
    }
  }

  #fieldAt(bytes: Uint8Array, from: number, to: number): number {
    const names = this.#nameBytes
    next: for (let i = 0; i < names.length; i++) {
      const name = names[i]
      if (name === undefined || name.length !== to - from) continue
      for (let j = 0; j < name.length; j++) if (name[j] !== bytes[from + j]) continue next
      return i
    }
    return -1
  }
}

/** Are there only blanks up to the end? What reached beyond it was none of this object's. */
function isRest(bytes: Uint8Array, from: number, end: number): boolean {
  return from === end || (from < end && skipBlank(bytes, from) >= end)
}

/** A JSON value that is known to be one; undefined for what has to be read with more care. */
function readValue(bytes: Buffer, from: number, to: number): unknown {
  switch (bytes[from]) {
    case QUOTE:
      return readString(bytes, from, to)
    case OPEN_BRACE:
    case OPEN_BRACKET:
      return readPlainJson(bytes.subarray(from, to), null)
    case 0x74:
      return true
    case 0x66:
      return false
    case 0x6e:
      return null
    default:
      return readNumber(bytes, from, to)
  }
}

function readString(bytes: Buffer, from: number, to: number): unknown {
  const text = bytes.toString('utf8', from, to)
  // It may stand for bytes that are no UTF-8.
  if (text.includes(REPLACED)) return undefined
  return text.includes('\\') ? JSON.parse(text) : text.slice(1, -1)
}

function readNumber(bytes: Buffer, from: number, to: number): unknown {
  const first = bytes[from] === MINUS ? from + 1 : from
  if (to - first > DIGITS_MAX) return undefined
  let whole = 0
  for (let at = first; at < to; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
    // A point, an exponent.
    if (digit < 0 || digit > 9) return readFraction(bytes, from, to)
    whole = whole * 10 + digit
  }
  return BigInt(first === from ? whole : -whole)
}

function readFraction(bytes: Buffer, from: number, to: number): unknown {
  const text = bytes.toString('latin1', from, to)
  return /e/i.test(text) ? undefined : integerOr(Number(text))
}
