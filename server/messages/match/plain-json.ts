const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
/** More digits than a double holds for sure, or an exponent that may leave its range. */
const MAY_LOSE_DIGITS = /[\d.]{16,}|\d[eE][+-]?\d\d\d/

/**
 * A JSON object or array as data for a filter, the fast way: the platform's parser, whole numbers as bigint. `fields`: of an object only
 * these get that treatment, since nobody looks at the others. undefined for anything that has to be read with more care: what is no
 * JSON, and what holds a number that a double might round.
 */
export function readPlainJson(bytes: Buffer, fields: ReadonlySet<string> | null): unknown {
  if (bytes[0] !== OPEN_BRACE && bytes[0] !== OPEN_BRACKET) return undefined
  const text = bytes.toString('utf8')
  if (MAY_LOSE_DIGITS.test(text)) return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  if (fields === null || !isObject(parsed)) return withIntegers(parsed)
  for (const field of fields)
    if (Object.hasOwn(parsed, field)) define(parsed, field, withIntegers(parsed[field]))
  return parsed
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whole numbers as bigint, in place. */
function withIntegers(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i]
      if (typeof item === 'number' || typeof item === 'object') value[i] = withIntegers(item)
    }
  } else if (isObject(value)) {
    for (const name of Object.keys(value)) {
      const item = value[name]
      if (typeof item === 'number' || (typeof item === 'object' && item !== null))
        define(value, name, withIntegers(item))
    }
  }
  return value
}

/** As an own property whatever its name: assigning `__proto__` would set the prototype. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
  else target[name] = value
}
