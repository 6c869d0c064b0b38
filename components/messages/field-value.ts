import type { Message } from '@/lib/contracts/messages'
import { mayBeMisnamed, readJson } from '@/lib/read-json'

/** `value.customer.id`, `headers["x-trace"]`, `key`: where a column takes its cells from. Null: not such a path. */
export function parseFieldPath(path: string): { root: 'key' | 'value' | 'headers'; steps: string[] } | null {
  const root = /^(key|value|headers)/.exec(path)?.[1]
  if (root !== 'key' && root !== 'value' && root !== 'headers') return null
  const steps: string[] = []
  const step = /\.([A-Za-z_$][\w$]*)|\[(\d{1,9})\]|\["((?:[^"\\]|\\.)*)"\]/y
  step.lastIndex = root.length
  while (step.lastIndex < path.length) {
    const found = step.exec(path)
    if (!found) return null
    const [, name, index, quoted] = found
    steps.push(name ?? index ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1'))
  }
  return root === 'headers' && steps.length !== 1 ? null : { root, steps }
}

/**
 * A column's cell: the text, that the field is not there, or that the value came cut or is not JSON, so
 * nobody knows.
 */
export type FieldCell =
  | { kind: 'text'; text: string; numeric: boolean }
  | { kind: 'absent' }
  | { kind: 'unknown' }

const ABSENT: FieldCell = { kind: 'absent' }
const UNKNOWN: FieldCell = { kind: 'unknown' }

/** One number as it is written, so that 64-bit integers and trailing zeros stay. */
class Digits {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const parsed = new WeakMap<object, unknown>()
const NOT_JSON = Symbol('not JSON')

function parse(payload: { text: string }): unknown {
  const known = parsed.get(payload)
  if (known !== undefined) return known
  let value: unknown
  try {
    // The third argument carries the source text (ECMAScript 2026, "JSON.parse source text access").
    value = JSON.parse(payload.text, (_key, item: unknown, context?: { source?: string }) =>
      typeof item === 'number' ? new Digits(context?.source ?? String(item)) : item,
    )
    if (mayBeMisnamed(payload.text, value))
      value = readJson(payload.text, { numberOf: digits => new Digits(digits) })
  } catch {
    value = NOT_JSON
  }
  parsed.set(payload, value)
  return value
}

/** The cell of a record in the column `path`. */
export function fieldCell(message: Message, path: string): FieldCell {
  const field = parseFieldPath(path)
  if (!field) return UNKNOWN
  if (field.root === 'headers') {
    const header = message.headers.findLast(one => one.name === field.steps[0])
    if (header) return text(header.value ? header.value.text : 'null')
    return message.moreHeaders ? UNKNOWN : ABSENT
  }
  const payload = message[field.root]
  if (payload === null) return ABSENT
  if (field.steps.length === 0) return text(payload.text)
  if (payload.truncated) return UNKNOWN
  let at = parse(payload)
  if (at === NOT_JSON) return UNKNOWN
  for (const step of field.steps) {
    if (typeof at !== 'object' || at === null || at instanceof Digits || !Object.hasOwn(at, step))
      return ABSENT
    // A list has a `length` that nobody wrote.
    if (Array.isArray(at) && !/^\d+$/.test(step)) return ABSENT
    at = (at as Record<string, unknown>)[step]
  }
  if (at instanceof Digits) return { kind: 'text', text: at.text, numeric: true }
  return text(typeof at === 'string' ? at : stringify(at))
}

const text = (value: string): FieldCell => ({ kind: 'text', text: value, numeric: false })

/** A cell shows the first hundred characters or so: what lies deeper than that is not written out. */
const CELL_DEPTH = 200

function stringify(value: unknown, depth = 0): string {
  if (value instanceof Digits) return value.text
  if (depth > CELL_DEPTH) return '…'
  if (Array.isArray(value)) return `[${value.map(item => stringify(item, depth + 1)).join(',')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([name, item]) => `${JSON.stringify(name)}:${stringify(item, depth + 1)}`)
      .join(',')}}`
  return JSON.stringify(value) ?? 'null'
}
