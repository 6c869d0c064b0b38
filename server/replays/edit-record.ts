import type { HeaderRule, ReplayEdit } from '@/lib/contracts/replay-request'
import type { OutgoingRecord, RecordHeader } from '@/server/kafka/port'
import { RecordSerde } from '@/server/serde/record-serde'
import { autoPlan } from '@/server/serde/serde-plan'
import { editValueFields, replacePart, verifyPart } from './edit-part'
import type { KindChange } from './kind-changes'

type Editable = Pick<OutgoingRecord, 'key' | 'value' | 'headers'>
type Edited = { record: Editable; changed: boolean }

/** For records without a schema. */
const PLAIN = new RecordSerde(autoPlan(''))

/**
 * The record as an edit makes it; untouched parts keep their bytes. What has a schema is written by it again,
 * behind the frame that it had; any other value that `fields` changes is compact JSON in which every number
 * keeps its digits. `serde` knows the schemas that the record needs already. Throws EditError for a record
 * that the edit doesn't fit. Fields that become of another kind are added to `kinds`.
 */
export function editRecord(
  record: Editable,
  edit: ReplayEdit,
  serde: RecordSerde = PLAIN,
  kinds: KindChange[] = [],
): Edited {
  let { key, value } = record
  const changes: KindChange[] = []
  if (edit.key !== undefined) key = edit.key && replacePart(serde, 'key', record, edit.key)
  if (edit.value !== undefined) value = edit.value && replacePart(serde, 'value', record, edit.value)
  if (edit.fields && edit.fields.length > 0)
    value = editValueFields(serde, { key, value, headers: record.headers }, edit.fields, changes)
  const headers = edit.headers ? editHeaders(record.headers, edit.headers) : record.headers
  const after = { key, value, headers }
  const sameHead = sameHeaders(headers, record.headers)
  const changed = !sameHead || !sameBytes(key, record.key) || !sameBytes(value, record.value)
  // Also a header may be what names the schema.
  if (changed) for (const part of ['key', 'value'] as const) verifyPart(serde, part, record, after)
  kinds.push(...changes)
  return { record: after, changed }
}

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

/** Headers as the rules make them, in the rules' order. */
export function editHeaders(headers: readonly RecordHeader[], rules: readonly HeaderRule[]): RecordHeader[] {
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
