import { isUtf8 } from 'node:buffer'
import { mayBeMisnamed } from '@/lib/read-json'
import { VALUE_DEPTH_MAX } from '@/server/serde/decode-error'

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
/** A double holds 15 digits for sure. */
const DIGITS_MAX = 15
const STEP = 8
/** What bytes that are no UTF-8 are read as. */
export const REPLACED = '\ufffd'
/**
 * An exponent that may fall out of a double's range without a trace; one that is too large becomes Infinity
 * and is seen.
 */
const TINY = /\d[eE]-\d\d\d/

/**
 * A JSON object or array as data for a filter, the fast way: the platform's parser, whole numbers as bigint.
 * `fields`: of an object only these get that treatment, since nobody looks at the others. undefined for
 * anything that has to be read with more care: what is no JSON or no UTF-8, what holds a number that a double might
 * round or a name that the platform's parser might give wrongly, and what nests so deep that a filter takes long over
 * its types.
 */
export function readPlainJson(bytes: Buffer, fields: ReadonlySet<string> | null): unknown {
  if (bytes[0] !== OPEN_BRACE && bytes[0] !== OPEN_BRACKET) return undefined
  if (hasLongNumber(bytes)) return undefined
  const text = bytes.toString('utf8')
  if (text.includes(REPLACED) && !isUtf8(bytes)) return undefined
  if ((text.includes('e-') || text.includes('E-')) && TINY.test(text)) return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  if (mayBeMisnamed(text, parsed)) return undefined
  try {
    if (fields === null || !isObject(parsed)) return withIntegers(parsed)
    for (const field of fields)
      if (Object.hasOwn(parsed, field)) define(parsed, field, withIntegers(parsed[field]))
  } catch (error) {
    // Infinity, or too deep.
    if (error instanceof RangeError) return undefined
    throw error
  }
  return parsed
}

/**
 * Sixteen digits in a row, a point among them or not? Only every eighth byte is looked at: so long a run
 * covers two of those that follow each other.
 */
function hasLongNumber(bytes: Buffer): boolean {
  for (let i = 0; i + STEP < bytes.length; i += STEP) {
    if (!isDigit(bytes[i]) || !isDigit(bytes[i + STEP])) continue
    let from = i
    let to = i
    while (isDigit(bytes[from - 1])) from--
    while (isDigit(bytes[to + 1])) to++
    if (to - from + 1 > DIGITS_MAX) return true
  }
  return false
}

/** 0-9 and the point. */
function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || byte === 0x2e)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A whole number as bigint, any other as it is. */
export function integerOr(value: number): bigint | number {
  return Number.isSafeInteger(value) ? BigInt(value) : value
}

/** Whole numbers as bigint, in place. */
function withIntegers(value: unknown, depth = 0): unknown {
  if (depth > VALUE_DEPTH_MAX) throw new RangeError('too deep')
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError('out of range')
    return integerOr(value)
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i]
      if (typeof item === 'number' || typeof item === 'object') value[i] = withIntegers(item, depth + 1)
    }
  } else if (isObject(value)) {
    for (const name of Object.keys(value)) {
      const item = value[name]
      if (typeof item === 'number' || (typeof item === 'object' && item !== null))
        define(value, name, withIntegers(item, depth + 1))
    }
  }
  return value
}

/** As an own property whatever its name: assigning `__proto__` would set the prototype. */
export function define(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
  else target[name] = value
}
