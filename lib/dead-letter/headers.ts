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

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

/** A header's name as text; names are ASCII nearly always, which is read without a decoder. */
function headerName(name: Uint8Array): string {
  if (name.length > MAX_NAME_BYTES) return utf8.decode(name.subarray(0, MAX_NAME_BYTES))
  for (let at = 0; at < name.length; at++) if ((name[at] ?? 0) > 0x7f) return utf8.decode(name)
  return String.fromCharCode.apply(null, name as unknown as number[])
}

/** Reads a header list into a table: linear and bounded, whatever the list holds. */
export function tableOf(headers: readonly HeaderBytes[]): HeaderTable {
  const values = new Map<string, { at: number; list: (Uint8Array | null)[] }>()
  const cut = headers.length > MAX_HEADERS
  const half = MAX_HEADERS / 2
  const looked = cut ? [...headers.slice(0, half), ...headers.slice(-half)] : headers
  looked.forEach((header, at) => {
    const name = headerNameAt(at, header.name)
    const known = values.get(name)
    if (known) known.list.push(header.value)
    else values.set(name, { at, list: [header.value] })
  })
  return {
    all: name => values.get(name)?.list ?? NONE,
    first: name => values.get(name)?.list[0],
    last: name => values.get(name)?.list.at(-1),
    has: name => values.has(name),
    position: name => values.get(name)?.at ?? -1,
    hasPrefix: prefix => {
      for (const name of values.keys()) if (name.startsWith(prefix)) return true
      return false
    },
    names: () => values.keys(),
    cut,
  }
}
