import type { FieldRule, HeaderRule, ReplayEdit } from '@/lib/contracts/replay-request'
import { AppError } from '@/lib/errors'
import type { OutgoingRecord, RecordHeader } from '@/server/kafka/port'

type Editable = Pick<OutgoingRecord, 'key' | 'value' | 'headers'>
type Edited = { record: Editable; changed: boolean }

/** Why an edit can't be applied to a record: `not-json`, `not-an-object`, `exists`. */
export class EditError extends Error {
  readonly problem: 'not-json' | 'not-an-object' | 'exists'

  constructor(problem: 'not-json' | 'not-an-object' | 'exists') {
    super(problem)
    this.problem = problem
  }
}

/** Depth that a field's path may reach. */
const DEPTH_MAX = 50
const UNSAFE = /^(?:__proto__|constructor|prototype)$/

/**
 * The record as an edit makes it; untouched parts keep their bytes. A value that `fields` changes is written anew as compact JSON in
 * which every number keeps its digits. Throws EditError for a record that the rule doesn't fit.
 */
export function editRecord(record: Editable, edit: ReplayEdit): Edited {
  const key = edit.key === undefined ? record.key : bytesOf(edit.key)
  const whole = edit.value === undefined ? record.value : bytesOf(edit.value)
  const value = edit.fields && edit.fields.length > 0 ? editFields(whole, edit.fields) : whole
  const headers = edit.headers ? editHeaders(record.headers, edit.headers) : record.headers
  const changed =
    !sameBytes(key, record.key) || !sameBytes(value, record.value) || !sameHeaders(headers, record.headers)
  return { record: { key, value, headers }, changed }
}

/** Is the edit itself sound? Throws INPUT_INVALID with the field. `single`: the selection is one record. */
export function checkEdit(edit: ReplayEdit, single: boolean): void {
  const bad = (path: string, code: string, message: string): never => {
    throw new AppError('INPUT_INVALID', { fields: [{ path: `edit.${path}`, code, message }] })
  }
  for (const part of ['key', 'value'] as const) {
    const data = edit[part]
    if (data === undefined) continue
    if (!single) bad(part, 'one-record', 'a key or value as a whole replaces that of one record alone')
    if (data?.encoding === 'json' && parseJson(data.data) === NOT_JSON) bad(part, 'json', 'no valid JSON')
    if (data?.encoding === 'base64' && !isBase64(data.data)) bad(part, 'base64', 'no valid base64')
  }
  for (const [at, rule] of (edit.fields ?? []).entries()) {
    const path = partsOf(rule.path)
    if (path === null || path.length > DEPTH_MAX || path.some(part => UNSAFE.test(part)))
      bad(`fields.${at}.path`, 'path', 'no path of a field')
    if (rule.op === 'set' && rule.json === undefined && rule.value === undefined)
      bad(`fields.${at}.value`, 'required', 'a value')
    if (rule.op === 'set' && rule.json !== undefined && parseJson(rule.json) === NOT_JSON)
      bad(`fields.${at}.json`, 'json', 'no valid JSON')
    if (rule.op === 'rename' && UNSAFE.test(rule.to)) bad(`fields.${at}.to`, 'path', 'no name of a field')
  }
  for (const [at, rule] of (edit.headers ?? []).entries()) {
    // Ours say what was replayed where; a framework's state comes back by nobody's wish.
    if (rule.name.startsWith('x-replay-'))
      bad(`headers.${at}.name`, 'reserved', 'x-replay-* headers are Milena’s')
    if (rule.op !== 'remove' && rule.value === undefined)
      bad(`headers.${at}.value`, 'required', 'a value, or null')
  }
}

export const isEmptyEdit = (edit: ReplayEdit): boolean =>
  edit.key === undefined &&
  edit.value === undefined &&
  (edit.fields ?? []).length === 0 &&
  (edit.headers ?? []).length === 0

function bytesOf(data: ReplayEdit['key']): Buffer | null {
  if (!data) return null
  return Buffer.from(data.data, data.encoding === 'base64' ? 'base64' : 'utf8')
}

const isBase64 = (text: string) =>
  text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && !text.slice(0, -2).includes('=')

function sameBytes(a: Buffer | null, b: Buffer | null): boolean {
  return a === b || (a !== null && b !== null && a.equals(b))
}

function sameHeaders(a: readonly RecordHeader[], b: readonly RecordHeader[]): boolean {
  return (
    a === b ||
    (a.length === b.length &&
      a.every((one, at) => {
        const other = b[at]
        return other !== undefined && one.name.equals(other.name) && sameBytes(one.value, other.value)
      }))
  )
}

function editHeaders(headers: readonly RecordHeader[], rules: readonly HeaderRule[]): RecordHeader[] {
  let result = [...headers]
  for (const { op, name, value } of rules) {
    const bytes = Buffer.from(name)
    const made = { name: bytes, value: value == null ? null : Buffer.from(value) }
    if (op === 'add') result.push(made)
    else if (op === 'remove') result = result.filter(one => !one.name.equals(bytes))
    else {
      const first = result.findIndex(one => one.name.equals(bytes))
      if (first < 0) result.push(made)
      else result = result.flatMap((one, at) => (at === first ? made : one.name.equals(bytes) ? [] : one))
    }
  }
  return result
}

const NOT_JSON = Symbol('not JSON')

/** JSON in which a number that a double would change stays as it was typed (ECMAScript's `JSON.rawJSON`). */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
      const source = context?.source
      return typeof value === 'number' && source !== undefined && String(value) !== source
        ? rawJson(source)
        : value
    })
  } catch {
    return NOT_JSON
  }
}

type RawJson = { rawJSON(text: string): object; isRawJSON(value: unknown): boolean }
// Node 24 has both; TypeScript's library does not know them yet.
const { rawJSON: rawJson, isRawJSON } = JSON as unknown as RawJson

/** `/a/0` (RFC 6901) or `a.0`; null: neither. */
function partsOf(path: string): string[] | null {
  if (!path.startsWith('/')) {
    const parts = path.split('.')
    return parts.includes('') ? null : parts
  }
  return path
    .slice(1)
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function editFields(value: Buffer | null, rules: readonly FieldRule[]): Buffer {
  const root = value === null || !isUtf8(value) ? NOT_JSON : parseJson(value.toString('utf8'))
  if (root === NOT_JSON) throw new EditError('not-json')
  let changed = false
  for (const rule of rules) changed = applyRule(root, rule) || changed
  return changed || value === null ? Buffer.from(JSON.stringify(root)) : value
}

const decoder = new TextDecoder('utf-8', { fatal: true })
function isUtf8(bytes: Buffer): boolean {
  try {
    decoder.decode(bytes)
    return true
  } catch {
    return false
  }
}

const isContainer = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !isRawJSON(value)

/** Answers whether anything changed. A path that leads nowhere is nothing to remove or rename; `set` makes the last step only. */
function applyRule(root: unknown, rule: FieldRule): boolean {
  const path = partsOf(rule.path) ?? []
  const last = path.at(-1) ?? ''
  if (!isContainer(root)) throw new EditError('not-an-object')
  let at: object = root
  for (const part of path.slice(0, -1)) {
    const next: unknown = Object.hasOwn(at, part) ? Reflect.get(at, part) : undefined
    if (!isContainer(next)) {
      if (rule.op === 'set') throw new EditError('not-an-object')
      return false
    }
    at = next
  }
  const isThere = Object.hasOwn(at, last)
  if (rule.op === 'set') {
    if (Array.isArray(at) && !/^(?:0|[1-9]\d{0,5})$/.test(last)) throw new EditError('not-an-object')
    if (Array.isArray(at) && Number(last) > at.length) throw new EditError('not-an-object')
    const value: unknown = rule.json === undefined ? rule.value : parseJson(rule.json)
    if (isThere && JSON.stringify(Reflect.get(at, last)) === JSON.stringify(value)) return false
    define(at, last, value)
    return true
  }
  if (!isThere) return false
  if (rule.op === 'remove') {
    if (Array.isArray(at)) at.splice(Number(last), 1)
    else Reflect.deleteProperty(at, last)
    return true
  }
  if (Array.isArray(at)) throw new EditError('not-an-object')
  if (rule.to === last) return false
  if (Object.hasOwn(at, rule.to)) throw new EditError('exists')
  // A renamed field stays where it stood.
  const entries = Object.entries(at)
  for (const [name] of entries) Reflect.deleteProperty(at, name)
  for (const [name, value] of entries) define(at, name === last ? rule.to : name, value)
  return true
}

/** As a property of its own, whatever its name: `__proto__` of a hostile record stays data. */
function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
}
