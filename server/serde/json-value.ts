import { DecodeError, tooDeep } from './decode-error'
import { ExactNumber, emptyObject, type SerdeValue } from './serde-value'

const DEPTH_MAX = 1000
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const INTEGER = /^-?\d+$/

/**
 * JSON text as data that keeps its numbers: integers are bigint, fractions number, and what a double would
 * round is an ExactNumber. Of two equal names the last one counts, as in most parsers. Throws DecodeError
 * with the place, and for what nests deeper than `depthMax`.
 */
export function parseJson(text: string, depthMax = DEPTH_MAX): SerdeValue {
  return new Parser(text, depthMax).document()
}

class Parser {
  readonly #text: string
  readonly #depthMax: number
  #at = 0

  constructor(text: string, depthMax: number) {
    this.#text = text
    this.#depthMax = depthMax
  }

  document(): SerdeValue {
    const value = this.#value(0)
    this.#blank()
    if (this.#at < this.#text.length) throw this.#wrong()
    return value
  }

  #value(depth: number): SerdeValue {
    if (depth > this.#depthMax) throw tooDeep(this.#depthMax)
    this.#blank()
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  #object(depth: number): SerdeValue {
    const values = emptyObject()
    this.#at++
    if (this.#next() === '}') return this.#close(values)
    for (;;) {
      if (this.#next() !== '"') throw this.#wrong()
      const name = this.#string()
      if (this.#next() !== ':') throw this.#wrong()
      this.#at++
      values[name] = this.#value(depth + 1)
      const mark = this.#next()
      if (mark === '}') return this.#close(values)
      if (mark !== ',') throw this.#wrong()
      this.#at++
    }
  }

  #array(depth: number): SerdeValue {
    const items: SerdeValue[] = []
    this.#at++
    if (this.#next() === ']') return this.#close(items)
    for (;;) {
      items.push(this.#value(depth + 1))
      const mark = this.#next()
      if (mark === ']') return this.#close(items)
      if (mark !== ',') throw this.#wrong()
      this.#at++
    }
  }

  #close<T>(value: T): T {
    this.#at++
    return value
  }

  #string(): string {
    const from = this.#at
    let at = from + 1
    for (;;) {
      const char = this.#text.charCodeAt(at)
      if (char === 0x22) break
      if (Number.isNaN(char) || char < 0x20) throw this.#wrong()
      at += char === 0x5c ? 2 : 1
    }
    this.#at = at + 1
    try {
      return JSON.parse(this.#text.slice(from, at + 1))
    } catch {
      this.#at = from
      throw this.#wrong()
    }
  }

  #number(): SerdeValue {
    NUMBER.lastIndex = this.#at
    const digits = NUMBER.exec(this.#text)?.[0]
    if (digits === undefined) throw this.#wrong()
    this.#at += digits.length
    return jsonNumberValue(digits)
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#wrong()
    this.#at += word.length
    return value
  }

  #next(): string | undefined {
    this.#blank()
    return this.#text[this.#at]
  }

  #blank(): void {
    for (;;) {
      const char = this.#text.charCodeAt(this.#at)
      if (char !== 0x20 && char !== 0x0a && char !== 0x0d && char !== 0x09) return
      this.#at++
    }
  }

  #wrong(): DecodeError {
    const before = this.#text.slice(0, this.#at)
    const line = before.split('\n').length
    const column = this.#at - before.lastIndexOf('\n')
    return new DecodeError(`not JSON at line ${line}, column ${column}`, 'NOT_JSON', { line, column })
  }
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
