import { JSON_DEPTH_MAX, skipSpace, skipString } from '@/lib/json-scan'

/**
 * Where the lines of a text stand in it once it is laid out: numbers in flat arrays instead of an object a
 * line, so that a million lines take some megabytes. Lines are cut out of the source when they are drawn;
 * nothing of it is ever parsed into values.
 */
export type LineIndex = {
  count: number
  starts: Uint32Array
  ends: Uint32Array
  depths: Uint16Array
  /** For a line that opens an object or a list, the line that closes it; 0 for all others. */
  closes: Uint32Array
}

/** One very long line (minified text, base64) is cut into pieces, so that no single element holds megabytes. */
const WRAP_CHARS = 400

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a

class IndexWriter {
  #starts = new Uint32Array(1024)
  #ends = new Uint32Array(1024)
  #depths = new Uint16Array(1024)
  #closes = new Uint32Array(1024)
  count = 0

  add(start: number, end: number, depth: number): void {
    if (this.count === this.#starts.length) this.#grow()
    this.#starts[this.count] = start
    this.#ends[this.count] = end
    this.#depths[this.count] = depth
    this.count++
  }

  close(line: number): void {
    this.#closes[line] = this.count
  }

  done(): LineIndex {
    const { count } = this
    return {
      count,
      starts: this.#starts.slice(0, count),
      ends: this.#ends.slice(0, count),
      depths: this.#depths.slice(0, count),
      closes: this.#closes.slice(0, count),
    }
  }

  #grow(): void {
    const size = this.count * 2
    const longer = (old: Uint32Array) => {
      const grown = new Uint32Array(size)
      grown.set(old)
      return grown
    }
    this.#starts = longer(this.#starts)
    this.#ends = longer(this.#ends)
    this.#closes = longer(this.#closes)
    const depths = new Uint16Array(size)
    depths.set(this.#depths)
    this.#depths = depths
  }
}

/** Lines of a plain text, long ones in pieces; a pair of surrogates is never cut in two. */
export function indexText(source: string): LineIndex {
  const index = new IndexWriter()
  let from = 0
  const add = (end: number) => {
    let at = from
    while (end - at > WRAP_CHARS) {
      const cut = isLowSurrogate(source.charCodeAt(at + WRAP_CHARS)) ? WRAP_CHARS - 1 : WRAP_CHARS
      index.add(at, at + cut, 0)
      at += cut
    }
    index.add(at, end, 0)
  }
  for (let at = 0; at < source.length; at++) {
    const char = source.charCodeAt(at)
    if (char !== 0x0a && char !== 0x0d) continue
    add(at)
    if (char === 0x0d && source.charCodeAt(at + 1) === 0x0a) at++
    from = at + 1
  }
  add(source.length)
  return index.done()
}

const isLowSurrogate = (char: number) => char >= 0xdc00 && char <= 0xdfff

/**
 * Pretty lines of one JSON text (RFC 8259); null when it is none, or nested deeper than JSON_DEPTH_MAX.
 * Linear, without recursion.
 */
export function indexJson(source: string): LineIndex | null {
  const index = new IndexWriter()
  // Lines that are open, innermost last; -1 stands for `[`, the closer is told by its own stack.
  const open: number[] = []
  const closers: number[] = []
  let at = skipSpace(source, 0)
  let lineStart = at
  for (;;) {
    // A value begins at `at`.
    const char = source.charCodeAt(at)
    if (char === 0x7b || char === 0x5b) {
      const closer = char + 2
      const inside = skipSpace(source, at + 1)
      if (source.charCodeAt(inside) === closer) at = inside + 1
      else {
        if (open.length === JSON_DEPTH_MAX) return null
        index.add(lineStart, at + 1, open.length)
        open.push(index.count - 1)
        closers.push(closer)
        lineStart = inside
        at = closer === 0x7d ? skipName(source, inside) : inside
        if (at < 0) return null
        continue
      }
    } else {
      at = skipScalar(source, at)
      if (at < 0) return null
    }
    // A value ended at `at`: a comma and the next one, or closers.
    for (;;) {
      const end = at
      at = skipSpace(source, at)
      if (open.length === 0) {
        index.add(lineStart, end, 0)
        return at === source.length ? index.done() : null
      }
      const closer = closers.at(-1) ?? 0
      const next = source.charCodeAt(at)
      if (next === COMMA) {
        index.add(lineStart, at + 1, open.length)
        lineStart = skipSpace(source, at + 1)
        at = closer === 0x7d ? skipName(source, lineStart) : lineStart
        if (at < 0) return null
        break
      }
      if (next !== closer) return null
      index.add(lineStart, end, open.length)
      lineStart = at
      at++
      closers.pop()
      index.close(open.pop() ?? 0)
    }
  }
}

/** Over `"name" :` to the value; -1 when it is not there. */
function skipName(source: string, from: number): number {
  if (source.charCodeAt(from) !== QUOTE) return -1
  const end = skipString(source, from)
  if (end < 0) return -1
  const colon = skipSpace(source, end)
  return source.charCodeAt(colon) === COLON ? skipSpace(source, colon + 1) : -1
}

function skipScalar(source: string, from: number): number {
  const char = source.charCodeAt(from)
  if (char === QUOTE) return skipString(source, from)
  for (const word of ['true', 'false', 'null']) if (source.startsWith(word, from)) return from + word.length
  return skipNumber(source, from)
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** Behind the number that begins at `from`; -1 when there is none. */
function skipNumber(source: string, from: number): number {
  NUMBER.lastIndex = from
  return NUMBER.test(source) ? NUMBER.lastIndex : -1
}
