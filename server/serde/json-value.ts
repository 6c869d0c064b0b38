import { readJson } from '@/lib/read-json'
import { DecodeError, tooDeep } from './decode-error'
import { ExactNumber, type SerdeValue } from './serde-value'

const DEPTH_MAX = 1000
const INTEGER = /^-?\d+$/

/**
 * JSON text as data that keeps its numbers: integers are bigint, fractions number, and what a double would
 * round is an ExactNumber. Of two equal names the last one counts, as in most parsers. Throws DecodeError
 * with the place, and for what nests deeper than `depthMax`.
 */
export function parseJson(text: string, depthMax = DEPTH_MAX): SerdeValue {
  return readJson(text, {
    depthMax,
    numberOf: jsonNumberValue,
    wrongAt: at => notJson(text, at),
    tooDeep: () => tooDeep(depthMax),
  })
}

function notJson(text: string, at: number): DecodeError {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - before.lastIndexOf('\n')
  return new DecodeError(`not JSON at line ${line}, column ${column}`, 'NOT_JSON', { line, column })
}

const INTEGER_DIGITS_MAX = 20

/**
 * The digits of a JSON number as data: what 64 bits hold, with a sign or without, as bigint, a fraction that a
 * double holds as number, all else as it was written.
 */
function jsonNumberValue(digits: string): bigint | number | ExactNumber {
  if (INTEGER.test(digits)) {
    if (digits.length > INTEGER_DIGITS_MAX) return new ExactNumber(digits)
    const value = BigInt(digits)
    const fits = BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value
    return fits ? value : new ExactNumber(digits)
  }
  const value = Number(digits)
  return Number.isFinite(value) && sameDigits(digits, value) ? value : new ExactNumber(digits)
}

/**
 * Does the double stand for exactly the significant digits that were written? 17 and fewer are compared as
 * decimals.
 */
function sameDigits(digits: string, value: number): boolean {
  const significant = mantissa(digits)
  if (significant.length <= 15) return true
  return mantissa(String(value)) === significant
}

function mantissa(text: string): string {
  return text
    .replace(/^-/, '')
    .replace(/[eE].*$/, '')
    .replace('.', '')
    .replace(/^0+/, '')
    .replace(/0+$/, '')
}
