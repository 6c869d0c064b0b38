/** JSON data whose numbers are whatever the reader made of their digits. */
export type JsonOf<N> = null | boolean | string | N | JsonOf<N>[] | { [name: string]: JsonOf<N> }

type Options<N> = {
  /** A number by its digits as they were written. */
  numberOf: (digits: string) => N
  depthMax?: number
  /** What is thrown where the text is no JSON, and where it nests too deep. */
  wrongAt?: (at: number) => Error
  tooDeep?: () => Error
}

const DEPTH_MAX = 1000

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/**
 * JSON text (RFC 8259) as data in which each number is made of its own digits, and objects have no prototype:
 * `__proto__` is a name like any other. Of two equal names the last one counts, as in most parsers.
 */
export function readJson<N>(text: string, options: Options<N>): JsonOf<N> {
  return new Reader(text, options).document()
}

/**
 * May a name in what `JSON.parse` made of this text be none that was written? V8 12.8 and later take a name that
 * is written with an escape for another of the same length that an object before had in its place
 * (https://github.com/nodejs/node/issues/63785): `{"h":0,"\\n":1}` after `{"h":0,"\\\\":1}` has a backslash for a
 * line feed. Such a name holds a backslash always, so few texts have to be read with `readJson` instead.
 */
export function mayBeMisnamed(text: string, parsed: unknown): boolean {
  if (!text.includes('\\')) return false
  const open = [parsed]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue
    if (!Array.isArray(next) && Object.keys(next).some(name => name.includes('\\'))) return true
    for (const inner of Object.values(next)) if (typeof inner === 'object' && inner !== null) open.push(inner)
  }
  return false
}

class Reader<N> {
  readonly #text: string
  readonly #options: Required<Options<N>>
  #at = 0

  constructor(text: string, options: Options<N>) {
    this.#text = text
    this.#options = {
      depthMax: DEPTH_MAX,
      wrongAt: at => new SyntaxError(`not JSON at ${at}`),
      tooDeep: () => new RangeError('nested too deep'),
      ...options,
    }
  }

  document(): JsonOf<N> {
    const value = this.#value(0)
    this.#blank()
    if (this.#at < this.#text.length) throw this.#wrong()
    return value
  }

  #value(depth: number): JsonOf<N> {
    if (depth > this.#options.depthMax) throw this.#options.tooDeep()
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

  #object(depth: number): JsonOf<N> {
    const values: { [name: string]: JsonOf<N> } = Object.create(null)
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

  #array(depth: number): JsonOf<N> {
    const items: JsonOf<N>[] = []
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

  #number(): JsonOf<N> {
    NUMBER.lastIndex = this.#at
    const digits = NUMBER.exec(this.#text)?.[0]
    if (digits === undefined) throw this.#wrong()
    this.#at += digits.length
    return this.#options.numberOf(digits)
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

  #wrong(): Error {
    return this.#options.wrongAt(this.#at)
  }
}
