import type { SerdeReason } from '@/lib/contracts/serdes'
import type { RecordHeader } from '@/server/kafka/port'
import { uuidText } from './avro/logical'
import type { SchemaRef } from './schema/schema-ref'

/** What stands before a value that a schema is needed for: which schema, and where the value begins. */
export type WireFrame = { ref: SchemaRef; at: number; reason: SerdeReason }

export type Part = 'key' | 'value'

const CONFLUENT_BYTES = 5
const APICURIO_BYTES = 9
const GUID_BYTES = 17

/**
 * The frame of a value, or null. Header-borne ids go first: Confluent's `__key_schema_id` / `__value_schema_id` (0 and an int32, or 1
 * and a GUID; Confluent Platform 8), Apicurio's `apicurio.{key,value}.{globalId,contentId}` (int64). In the payload: a byte 0 and an
 * int32 from 1 on (Confluent), or a byte 0 and an int64 whose upper half is 0 (Apicurio: no registry counts beyond 2^32).
 */
export function readFrame(part: Part, bytes: Buffer, headers: readonly RecordHeader[]): WireFrame | null {
  const named = headers.length > 0 ? headerFrame(part, headers) : null
  if (named !== null) return named
  if (bytes.length <= CONFLUENT_BYTES || bytes[0] !== 0) return null
  const id = bytes.readInt32BE(1)
  if (id > 0) return { ref: { by: 'id', id }, at: CONFLUENT_BYTES, reason: 'confluent-frame' }
  if (id !== 0 || bytes.length <= APICURIO_BYTES) return null
  const low = bytes.readUInt32BE(5)
  if (low === 0) return null
  return { ref: { by: 'global-id', id: String(low) }, at: APICURIO_BYTES, reason: 'apicurio-frame' }
}

/** Names beyond this many are not looked at: a record of 5,000 headers is read once a header otherwise. */
const HEADERS_MAX = 64

function headerFrame(part: Part, headers: readonly RecordHeader[]): WireFrame | null {
  const confluent = `__${part}_schema_id`
  const apicurio = `apicurio.${part}.`
  for (const { name, value } of headers.slice(0, HEADERS_MAX)) {
    // Lengths first: most headers are neither, and making a string of each costs more than all else here.
    if (value === null || (name.length !== confluent.length && name[0] !== 0x61)) continue
    const text = name.toString('latin1')
    if (text === confluent) {
      const ref = confluentRef(value)
      if (ref !== null) return { ref, at: 0, reason: 'header-id' }
    } else if (text.startsWith(apicurio) && value.length === 8) {
      const id = String(value.readBigInt64BE(0))
      if (text === `${apicurio}globalId`) return { ref: { by: 'global-id', id }, at: 0, reason: 'header-id' }
      if (text === `${apicurio}contentId`)
        return { ref: { by: 'content-id', id }, at: 0, reason: 'header-id' }
    }
  }
  return null
}

function confluentRef(value: Buffer): SchemaRef | null {
  if (value.length >= CONFLUENT_BYTES && value[0] === 0) {
    const id = value.readInt32BE(1)
    return id > 0 ? { by: 'id', id } : null
  }
  if (value.length < GUID_BYTES || value[0] !== 1) return null
  return { by: 'guid', guid: uuidText(value.subarray(1, GUID_BYTES)) }
}
