import type { ReplayEdit } from '@/lib/contracts/replay-request'
import { AppError } from '@/lib/errors'
import { fieldSteps } from '@/lib/field-path'
import { DEPTH_MAX, NOT_JSON, parseExact } from './edit-fields'

const UNSAFE = /^(?:__proto__|constructor|prototype)$/

/** Is the edit itself sound? Throws INPUT_INVALID with the field. `single`: the selection is one record. */
export function checkEdit(edit: ReplayEdit, single: boolean): void {
  const bad = (path: string, code: string, message: string): never => {
    throw new AppError('INPUT_INVALID', { fields: [{ path: `edit.${path}`, code, message }] })
  }
  for (const part of ['key', 'value'] as const) {
    const data = edit[part]
    if (data === undefined) continue
    if (!single) bad(part, 'one-record', 'a key or value as a whole replaces that of one record alone')
    if (data?.encoding === 'json' && parseExact(data.data) === NOT_JSON) bad(part, 'json', 'no valid JSON')
    if (data?.encoding === 'base64' && !isBase64(data.data)) bad(part, 'base64', 'no valid base64')
    if (data?.schema && data.encoding !== 'json')
      bad(`${part}.schema`, 'json', 'only JSON is written by a schema')
  }
  for (const [at, rule] of (edit.fields ?? []).entries()) {
    const path = fieldSteps(rule.path)
    if (path === null || path.length > DEPTH_MAX || path.some(part => UNSAFE.test(part)))
      bad(`fields.${at}.path`, 'path', 'no path of a field')
    if (rule.op === 'set' && rule.json === undefined && rule.value === undefined)
      bad(`fields.${at}.value`, 'required', 'a value')
    if (rule.op === 'set' && rule.json !== undefined && parseExact(rule.json) === NOT_JSON)
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

const isBase64 = (text: string) =>
  text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && !text.slice(0, -2).includes('=')
