import { isUtf8 } from 'node:buffer'
import type { FieldRule, ReplayEdit } from '@/lib/contracts/replay-request'
import { MARK } from '@/server/serde/byte-order-mark'
import { DecodeError, misfit } from '@/server/serde/decode-error'
import { told } from '@/server/serde/detect'
import { EncodeError } from '@/server/serde/encode-error'
import { parseJson } from '@/server/serde/json-value'
import type { Reading, RecordParts, RecordSerde } from '@/server/serde/record-serde'
import { comesBack } from '@/server/serde/schema/comes-back'
import { writeText } from '@/server/serde/text-out'
import { EditError, unreadable } from './edit-error'
import { editFields } from './edit-fields'
import type { KindChange } from './kind-changes'

type Part = 'key' | 'value'
type Schema = NonNullable<Reading['schema']>
/** Where the value stands, and which message of its schema it is. */
type Place = Pick<Reading, 'bytes' | 'at' | 'message'>

/** Longest text of a value that is edited by its fields. */
const TEXT_CHARS_MAX = 16 * 1024 * 1024

/**
 * The value as the rules make it, written again as it was: by its schema behind its own frame, or as JSON.
 * Fields that become of another kind are added to `kinds`. Throws EditError.
 */
export function editValueFields(
  serde: RecordSerde,
  record: RecordParts,
  rules: readonly FieldRule[],
  kinds: KindChange[],
): Buffer {
  const { value } = record
  if (value === null) throw new EditError('not-json')
  const reading = serde.reading('value', record)
  const marked = reading.inside === 'utf-8-bom'
  if (reading.inside !== null && !marked) throw new EditError('wrapped')
  if (reading.failure !== null) throw unreadable('value', reading.failure)
  const { schema } = reading
  if (schema === null) {
    if (!isUtf8(value)) throw new EditError('not-json')
    const edited = editFields((marked ? reading.bytes : value).toString('utf8'), rules, kinds)
    if (edited === null) return value
    // Who reads it may look for the mark.
    return marked ? Buffer.concat([MARK, Buffer.from(edited)]) : Buffer.from(edited)
  }
  const text = textOf('value', schema, reading)
  const edited = editFields(text, rules, kinds)
  if (edited === null) return value
  // Unknown fields, a union's other branch, an odd encoding: what would be lost besides the edit is not edited.
  if (schema.compiled.kind !== 'json-schema' && !comesBack(schema.compiled, reading, text))
    throw new EditError('lossy')
  return rewrite('value', schema, reading, edited)
}

/**
 * A key or value as a whole: JSON is written by the schema of what it replaces, where that has one. Throws
 * EditError.
 */
export function replacePart(
  serde: RecordSerde,
  part: Part,
  record: RecordParts,
  given: NonNullable<ReplayEdit[Part]>,
): Buffer {
  if (given.encoding === 'base64') return Buffer.from(given.data, 'base64')
  if (given.encoding === 'json' && record[part] !== null) {
    const reading = serde.reading(part, record)
    const { schema, inside, ref, failure } = reading
    if (inside !== null && schema !== null) throw new EditError('wrapped', { part })
    if (schema !== null) return rewrite(part, schema, reading, given.data)
    if (ref !== null) throw unreadable(part, failure)
  }
  return Buffer.from(given.data, 'utf8')
}

/** What names a schema before an edit is read by one after it, to its last byte. Throws EditError. */
export function verifyPart(serde: RecordSerde, part: Part, before: RecordParts, after: RecordParts): void {
  if (before[part] === null || after[part] === null) return
  const { ref, schema } = serde.reading(part, before)
  if (ref === null && schema === null) return
  const found = serde.reading(part, after)
  if (found.schema === null) {
    const detail = found.failure?.error ?? 'Nothing names a schema any more.'
    throw new EditError('schema-mismatch', { part, detail })
  }
  const text = textOf(part, found.schema, found)
  if (found.schema.compiled.kind === 'json-schema') rewrite(part, found.schema, found, text)
}

function textOf(part: Part, schema: Schema, { bytes, at, message }: Place): string {
  try {
    const { text, full } = writeText(TEXT_CHARS_MAX, out => schema.compiled.write(bytes, at, out, message))
    if (full) {
      const chars = TEXT_CHARS_MAX
      throw misfit(`it is longer than ${chars} characters`, 'TEXT_TOO_LONG', { chars })
    }
    return text
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw unreadable(part, told(error, 'SCHEMA_MISMATCH'))
  }
}

function rewrite(part: Part, schema: Schema, { bytes, at, message }: Place, text: string): Buffer {
  try {
    return schema.compiled.rewrite(bytes, at, parseJson(text), text, message)
  } catch (error) {
    if (error instanceof EncodeError)
      throw new EditError('schema-mismatch', { part, at: error.path, detail: error.message })
    if (error instanceof DecodeError) throw unreadable(part, told(error, 'SCHEMA_MISMATCH'))
    throw error
  }
}
