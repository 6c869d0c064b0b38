import type { FieldRule, HeaderRule, ReplayEdit } from '@/lib/contracts/replay-request'
import { type JsonKind, jsonKind } from '@/lib/field-path'

/** One line of the edit form: what is typed, not yet what is sent. */
export type RuleLine = {
  id: number
  of: 'field' | 'header'
  op: 'set' | 'remove' | 'rename' | 'add'
  name: string
  value: string
}

/** A key or a value as a whole; `subject`: whose latest schema writes it, empty: the record's own, if it has one. */
export type PartDraft = { data: string; subject: string }
export const WHOLE_PARTS = ['key', 'value'] as const
export type WholePart = (typeof WHOLE_PARTS)[number]

export type EditDraft = {
  lines: RuleLine[]
  /** Of one record alone; null: not replaced. */
  key: PartDraft | null
  value: PartDraft | null
}

export const NO_EDIT: EditDraft = { lines: [], key: null, value: null }

const NOT_JSON = Symbol('not JSON')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return NOT_JSON
  }
}

/** `12000`, `true` and `"12000"` mean what they look like as JSON, `seoul` is a text. */
const isJson = (text: string): boolean => parsed(text) !== NOT_JSON

/** So begins an object, a list or a quoted text; so do numbers look, also as people write them; and words of JSON. */
const LIKE_JSON = /^\s*(?:[[{"]|[-+]?[\d.,_\s]*\d[\d.,_\s]*(?:[eE][-+]?\d*)?$|(?:true|false|null)\s*$)/i

/** What a field gets of what was typed. `odd`: a text that looks as if something else was meant. */
export function typedKind(text: string): { kind: JsonKind; odd: boolean } {
  const value = parsed(text)
  return value === NOT_JSON
    ? { kind: 'text', odd: LIKE_JSON.test(text) }
    : { kind: jsonKind(value), odd: false }
}

/** A whole value that was JSON, by what it is replaced with, would be none any more; a schema refuses that itself. */
export const breaksJson = ({ data, subject }: PartDraft, format: string | undefined): boolean =>
  format === 'json' && subject.trim() === '' && !isJson(data)

/** The edit as it is sent; null: nothing is changed. Lines without a name are not ready and left out. */
export function toEdit(draft: EditDraft): ReplayEdit | null {
  const named = draft.lines.filter(line => line.name.trim() !== '')
  const fields = named.filter(line => line.of === 'field').map(toFieldRule)
  const headers = named.filter(line => line.of === 'header').map(toHeaderRule)
  const edit: ReplayEdit = {
    ...(fields.length > 0 ? { fields } : {}),
    ...(headers.length > 0 ? { headers } : {}),
    ...(draft.key === null ? {} : { key: toData(draft.key) }),
    ...(draft.value === null ? {} : { value: toData(draft.value) }),
  }
  return Object.keys(edit).length === 0 ? null : edit
}

/** JSON where it is JSON, or has to be: a schema writes nothing else, and the server says what is wrong with it. */
function toData({ data, subject }: PartDraft): NonNullable<ReplayEdit['value']> {
  const named = subject.trim()
  if (named !== '') return { encoding: 'json', data, schema: { subject: named } }
  return { encoding: isJson(data) ? 'json' : 'text', data }
}

function toFieldRule({ op, name, value }: RuleLine): FieldRule {
  const path = name.trim()
  if (op === 'remove') return { op, path }
  if (op === 'rename') return { op, path, to: value.trim() || path }
  // As it was typed: parsed here, a long number would lose digits.
  return isJson(value) ? { op: 'set', path, json: value } : { op: 'set', path, value }
}

function toHeaderRule({ op, name, value }: RuleLine): HeaderRule {
  const trimmed = name.trim()
  if (op === 'remove') return { op, name: trimmed }
  return { op: op === 'add' ? 'add' : 'set', name: trimmed, value }
}
