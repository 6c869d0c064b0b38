import { FILTER_CHARS_MAX, type RecordPart } from '@/lib/contracts/message-search'
import { AppError } from '@/lib/errors'
import { compileCel } from './cel'

/** What a record must be, as plain data that crosses to a worker. Everything given must hold. */
export type FilterSpec = {
  /** `text` null: given as bytes, so only bytes are compared. */
  key: { bytes: Uint8Array; text: string | null } | null
  contains: { bytes: Uint8Array; text: string | null; ignoreCase: boolean; parts: RecordPart[] } | null
  /** `value` null: the header is there. */
  headers: { name: string; value: string | null }[]
  filter: string | null
}

export type FilterInput = {
  key?: string | undefined
  keyAs: 'text' | 'hex' | 'base64'
  contains?: string | undefined
  containsAs: 'text' | 'hex'
  in?: RecordPart[] | undefined
  ignoreCase: boolean
  header?: string[] | undefined
  filter?: string | undefined
}

const ALL_PARTS: RecordPart[] = ['key', 'value', 'headers']

/**
 * The filter of a request; null when it asks for every record. Throws INPUT_INVALID: `filter` with line and
 * column, hex that is none.
 */
export function toFilterSpec(input: FilterInput): FilterSpec | null {
  const { key, contains, header = [], filter } = input
  if (key === undefined && contains === undefined && header.length === 0 && filter === undefined) return null
  if (filter !== undefined) checkFilter(filter)
  return {
    key: key === undefined ? null : toBytes('key', key, input.keyAs),
    contains:
      contains === undefined
        ? null
        : {
            ...toBytes('contains', contains, input.containsAs),
            ignoreCase: input.ignoreCase && input.containsAs === 'text',
            parts: input.in?.length ? [...new Set(input.in)] : ALL_PARTS,
          },
    headers: header.map(toHeader),
    filter: filter ?? null,
  }
}

function checkFilter(filter: string): void {
  const compiled = compileCel(filter)
  if (compiled.ok) return
  const { code, message, line, column, length, why, params: told } = compiled.error
  const place = { line, column, length, reason: message, max: FILTER_CHARS_MAX }
  const params = { ...place, ...(why ? { ...told, why } : {}) }
  const at = `line ${line}, column ${column}`
  throw new AppError('INPUT_INVALID', {
    fields: [{ path: 'filter', code: `FILTER_${code}`, message: `${message} (${at})`, params }],
  })
}

function toBytes(
  path: string,
  text: string,
  as: 'text' | 'hex' | 'base64',
): { bytes: Uint8Array; text: string | null } {
  // A copy: small Buffers are windows into a shared pool, which would cross to a worker as a whole.
  if (as === 'text') return { bytes: new TextEncoder().encode(text), text }
  const compact = text.replace(/\s/g, '')
  const isHex = /^(?:[0-9a-fA-F]{2})+$/.test(compact)
  const isBase64 = compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact)
  if (as === 'hex' ? !isHex : !isBase64)
    throw new AppError('INPUT_INVALID', {
      fields: [{ path, code: 'FORMAT', message: `is no ${as}` }],
    })
  return { bytes: new Uint8Array(Buffer.from(compact, as)), text: null }
}

/** `name=value`; a name that holds `=` can only be asked for by a CEL filter. */
function toHeader(text: string): FilterSpec['headers'][number] {
  const at = text.indexOf('=')
  return at < 0 ? { name: text, value: null } : { name: text.slice(0, at), value: text.slice(at + 1) }
}
