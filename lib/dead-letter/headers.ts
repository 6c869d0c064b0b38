import { isSame } from './header-values'
import type { HeaderBytes } from './types'

/** Headers that are looked at: enough for any framework, a bound for what is not one. The middle is left out. */
const MAX_HEADERS = 2000
const MAX_NAME_BYTES = 256
const utf8 = new TextDecoder('utf-8')

/** Values by name, each list in the order of the log. */
export type HeaderTable = {
  /** All values of a name; empty where there is none. */
  all(name: string): readonly (Uint8Array | null)[]
  first(name: string): Uint8Array | null | undefined
  last(name: string): Uint8Array | null | undefined
  has(name: string): boolean
  /** Position of the first header of that name; -1: none. */
  position(name: string): number
  hasPrefix(prefix: string): boolean
  names(): Iterable<string>
  cut: boolean
  /** The same object for records that carry the same names in the same order, while it is remembered. */
  shape: HeaderShape
}

const NONE: readonly (Uint8Array | null)[] = []

/** The last name at each place: records of one topic carry the same names in the same order, nearly always. */
const lastAt: { bytes: Uint8Array; text: string }[] = []
const PLACES_MAX = 64

/** The name of the header at this place of its list, as text. */
export function headerNameAt(place: number, name: Uint8Array): string {
  const last = lastAt[place]
  if (last && isSame(last.bytes, name)) return last.text
  const text = headerName(name)
  if (place < PLACES_MAX && name.length <= MAX_NAME_BYTES)
    lastAt[place] = { bytes: new Uint8Array(name), text }
  return text
}

/** A header's name as text; names are ASCII nearly always, which is read without a decoder. */
function headerName(name: Uint8Array): string {
  if (name.length > MAX_NAME_BYTES) return utf8.decode(name.subarray(0, MAX_NAME_BYTES))
  for (let at = 0; at < name.length; at++) if ((name[at] ?? 0) > 0x7f) return utf8.decode(name)
  return String.fromCharCode.apply(null, name as unknown as number[])
}

/** The names of a list in their order: what is the same for nearly all records of a topic, read once. */
export class HeaderShape {
  readonly #names: readonly Uint8Array[]
  /** Where each name stands, ascending. */
  readonly places = new Map<string, number[]>()
  readonly #prefixes = new Map<string, boolean>()

  constructor(headers: readonly HeaderBytes[]) {
    this.#names = headers.map(({ name }) => new Uint8Array(name.subarray(0, MAX_NAME_BYTES)))
    headers.forEach(({ name }, at) => {
      const text = headerName(name)
      const known = this.places.get(text)
      if (known) known.push(at)
      else this.places.set(text, [at])
    })
  }

  fits(headers: readonly HeaderBytes[]): boolean {
    if (headers.length !== this.#names.length) return false
    // The last ones first: what frameworks append differs more than what records come with.
    for (let at = headers.length - 1; at >= 0; at--) {
      const name = headers[at]?.name
      const known = this.#names[at]
      if (!name || !known || !isSame(known, name)) return false
    }
    return true
  }

  hasPrefix(prefix: string): boolean {
    let has = this.#prefixes.get(prefix)
    if (has === undefined) {
      has = [...this.places.keys()].some(name => name.startsWith(prefix))
      this.#prefixes.set(prefix, has)
    }
    return has
  }
}

const SHAPES_MAX = 8
/** The one that fitted last comes first. */
const shapes: HeaderShape[] = []

function shapeOf(headers: readonly HeaderBytes[]): HeaderShape {
  const [last] = shapes
  if (last?.fits(headers)) return last
  const at = shapes.findIndex(shape => shape.fits(headers))
  const shape = shapes[at] ?? new HeaderShape(headers)
  if (at >= 0) shapes.splice(at, 1)
  // What is longer is no framework's, and held by nobody.
  else if (headers.length > PLACES_MAX || headers.some(({ name }) => name.length > MAX_NAME_BYTES))
    return shape
  shapes.unshift(shape)
  if (shapes.length > SHAPES_MAX) shapes.pop()
  return shape
}

/** Reads a header list into a table: linear and bounded, whatever the list holds. */
export function tableOf(headers: readonly HeaderBytes[]): HeaderTable {
  const cut = headers.length > MAX_HEADERS
  const half = MAX_HEADERS / 2
  return new Table(cut ? [...headers.slice(0, half), ...headers.slice(-half)] : headers, cut)
}

class Table implements HeaderTable {
  readonly #headers: readonly HeaderBytes[]
  readonly shape: HeaderShape
  readonly cut: boolean

  constructor(headers: readonly HeaderBytes[], cut: boolean) {
    this.#headers = headers
    this.shape = shapeOf(headers)
    this.cut = cut
  }

  all(name: string): readonly (Uint8Array | null)[] {
    const places = this.shape.places.get(name)
    if (places === undefined) return NONE
    return places.length === 1
      ? [this.last(name) ?? null]
      : places.map(at => this.#headers[at]?.value ?? null)
  }

  first(name: string): Uint8Array | null | undefined {
    const at = this.shape.places.get(name)?.[0]
    return at === undefined ? undefined : this.#headers[at]?.value
  }

  last(name: string): Uint8Array | null | undefined {
    const places = this.shape.places.get(name)
    const at = places?.[places.length - 1]
    return at === undefined ? undefined : this.#headers[at]?.value
  }

  has(name: string): boolean {
    return this.shape.places.has(name)
  }

  position(name: string): number {
    return this.shape.places.get(name)?.[0] ?? -1
  }

  hasPrefix(prefix: string): boolean {
    return this.shape.hasPrefix(prefix)
  }

  names(): Iterable<string> {
    return this.shape.places.keys()
  }
}
