import type { SerdeReason } from '@/lib/contracts/serdes'
import type { RecordHeader } from '@/server/kafka/port'
import { uuidText } from './avro/logical'
import type { MessageName } from './schema/compiled-schema'
import type { SchemaRef } from './schema/schema-ref'

/** What stands before a value that a schema is needed for: which schema, and where the value begins. */
export type WireFrame = { ref: SchemaRef; at: number; reason: SerdeReason; message: MessageName | null }

export type Part = 'key' | 'value'

const CONFLUENT_BYTES = 5
const APICURIO_BYTES = 9
const GUID_BYTES = 17

/**
 * The frame of a value, or null. Header-borne ids go first: Confluent's `__key_schema_id` /
 * `__value_schema_id` (0 and an int32, or 1 and a GUID, Confluent Platform 8; of Protobuf with the message's
 * indexes behind it and none in the payload: SchemaId.java of confluentinc/schema-registry), Apicurio's
 * `apicurio.{key,value}.{globalId,contentId}` (int64; of Protobuf with the message's name in
 * `apicurio.protobuf.type`, of keys `….key`). In the payload: a byte 0 and an int32 from 1 on (Confluent), or
 * a byte 0 and an int64 whose upper half is 0 (Apicurio: no registry counts beyond 2^32).
 */
export function readFrame(part: Part, bytes: Buffer, headers: readonly RecordHeader[]): WireFrame | null {
  const named = headers.length > 0 ? headerFrame(part, headers) : null
  if (named !== null) return named
  if (bytes.length <= CONFLUENT_BYTES || bytes[0] !== 0) return null
  const id = bytes.readInt32BE(1)
  if (id > 0) return { ref: { by: 'id', id }, at: CONFLUENT_BYTES, reason: 'confluent-frame', message: null }
  if (id !== 0 || bytes.length <= APICURIO_BYTES) return null
  const low = bytes.readUInt32BE(5)
  if (low === 0) return null
  const ref: SchemaRef = { by: 'global-id', id: String(low) }
  return { ref, at: APICURIO_BYTES, reason: 'apicurio-frame', message: null }
}

/** Names beyond this many are not looked at: a record of 5,000 headers is read once a header otherwise. */
const HEADERS_MAX = 64

function headerFrame(part: Part, headers: readonly RecordHeader[]): WireFrame | null {
  const confluent = `__${part}_schema_id`
  const apicurio = `apicurio.${part}.`
  const apicurioType = part === 'key' ? 'apicurio.protobuf.type.key' : 'apicurio.protobuf.type'
  let ref: SchemaRef | null = null
  let type: string | null = null
  for (const { name, value } of headers.slice(0, HEADERS_MAX)) {
    // Lengths first: most headers are neither, and making a string of each costs more than all else here.
    if (value === null || (name.length !== confluent.length && name[0] !== 0x61)) continue
    const text = name.toString('latin1')
    if (text === confluent) {
      const found = confluentId(value)
      if (found !== null) return { ...found, at: 0, reason: 'header-id' }
    } else if (text === apicurioType) type = value.toString('utf8')
    else if (text.startsWith(apicurio) && value.length === 8 && ref === null) {
      const id = String(value.readBigInt64BE(0))
      if (text === `${apicurio}globalId`) ref = { by: 'global-id', id }
      else if (text === `${apicurio}contentId`) ref = { by: 'content-id', id }
    }
  }
  if (ref === null) return null
  return { ref, at: 0, reason: 'header-id', message: type === null ? null : { type } }
}

function confluentId(value: Buffer): Pick<WireFrame, 'ref' | 'message'> | null {
  const isGuid = value[0] === 1
  const bytes = isGuid ? GUID_BYTES : CONFLUENT_BYTES
  if (value.length < bytes || (value[0] !== 0 && !isGuid)) return null
  const message = value.length === bytes ? null : { indexes: value.subarray(bytes) }
  if (isGuid) return { ref: { by: 'guid', guid: uuidText(value.subarray(1, bytes)) }, message }
  const id = value.readInt32BE(1)
  return id > 0 ? { ref: { by: 'id', id }, message } : null
}
