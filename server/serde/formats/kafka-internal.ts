import { bytesLeft, endsEarly, misfit, tooManyValues, VALUES_MAX } from '../decode-error'
import { emptyObject, type SerdeValue } from '../serde-value'
import {
  CONSUMER_OFFSETS,
  type KafkaField,
  type KafkaLayout,
  SHARE_STATE,
  TRANSACTION_STATE,
} from './kafka-records'

const TOPICS: Record<string, Record<number, KafkaLayout>> = {
  __consumer_offsets: CONSUMER_OFFSETS,
  __transaction_state: TRANSACTION_STATE,
  __share_group_state: SHARE_STATE,
}

/** Is it one of Kafka's own topics that are read here? */
export function isKafkaTopic(topic: string): boolean {
  return Object.hasOwn(TOPICS, topic)
}

/**
 * A record of one of Kafka's own topics: what its key says is what its value is. Throws DecodeError for what
 * no coordinator of ours knows: a newer broker's record is shown as bytes, with its number.
 */
export function readKafkaRecord(
  topic: string,
  part: 'key' | 'value',
  key: Buffer | null,
  bytes: Buffer,
): SerdeValue {
  const layouts = TOPICS[topic]
  if (!layouts || key === null) throw misfit('a record without a key', 'NO_KEY', {})
  const version = new Reader(key, false).number('int16')
  const layout = layouts[Number(version)]
  if (!layout) {
    const type = String(version)
    throw misfit(`a record of type ${type}, which is not known here`, 'RECORD_TYPE_UNKNOWN', { type })
  }
  // Keys are never flexible; values say their own version first.
  if (part === 'key') {
    const reader = new Reader(bytes, false)
    reader.number('int16')
    return reader.whole({ type: layout.name, ...object(reader, layout.key, 0) })
  }
  const written = Number(new Reader(bytes, false).number('int16'))
  if (written < 0 || written > layout.last)
    throw misfit(`version ${written} of ${layout.name}, which is not known here`, 'RECORD_VERSION_UNKNOWN', {
      name: layout.name,
      version: String(written),
    })
  const reader = new Reader(bytes, written >= layout.flexible)
  reader.number('int16')
  return reader.whole(object(reader, layout.value, written))
}

function object(
  reader: Reader,
  fields: readonly KafkaField[],
  version: number,
): { [name: string]: SerdeValue } {
  const values = emptyObject()
  for (const field of fields) {
    if (field.tag !== undefined || version < (field.from ?? 0) || version > (field.to ?? 99)) continue
    values[field.name] = read(reader, field, version)
  }
  if (!reader.flexible) return values
  for (let count = reader.varint(); count > 0; count--) {
    const tag = reader.varint()
    const size = reader.varint()
    const bytes = reader.take(size)
    const field = fields.find(one => one.tag === tag)
    values[field?.name ?? `tag ${tag}`] = field ? read(new Reader(bytes, true), field, version) : bytes
  }
  return values
}

function read(reader: Reader, field: KafkaField, version: number): SerdeValue {
  if (!field.list) return one(reader, field, version)
  const length = reader.length(4)
  if (length < 0) return null
  const items: SerdeValue[] = []
  for (let i = 0; i < length; i++) items.push(one(reader, field, version))
  return items
}

function one(reader: Reader, { type, list, nullable }: KafkaField, version: number): SerdeValue {
  reader.count()
  if (Array.isArray(type)) {
    // A struct that may be null says first whether it is there: 1, and if not -1, or 0 among tagged fields.
    if (nullable && !list && reader.number('int8') < 1n) return null
    return object(reader, type, version)
  }
  if (type === 'uuid') return reader.take(16).toString('base64url')
  if (type !== 'string' && type !== 'bytes') return reader.number(type)
  const length = reader.length(type === 'string' ? 2 : 4)
  if (length < 0) {
    if (nullable || type === 'bytes') return null
    throw misfit('a text that may not be null is null', 'NOT_KAFKAS', {})
  }
  const bytes = reader.take(length)
  return type === 'string' ? bytes.toString('utf8') : bytes
}

/** Kafka's own encoding: fixed widths, and lengths as varints where the version is flexible (KIP-482). */
class Reader {
  readonly flexible: boolean
  readonly #bytes: Buffer
  #at = 0
  #values = 0

  constructor(bytes: Buffer, flexible: boolean) {
    this.#bytes = bytes
    this.flexible = flexible
  }

  /** A rest means that it was written by another layout than ours: what was read is no truth. */
  whole(value: SerdeValue): SerdeValue {
    const rest = this.#bytes.length - this.#at
    if (rest > 0) throw bytesLeft(rest, 'record')
    return value
  }

  count(): void {
    if (++this.#values > VALUES_MAX) throw tooManyValues(VALUES_MAX)
  }

  number(type: 'int8' | 'int16' | 'uint16' | 'int32' | 'int64'): bigint {
    switch (type) {
      case 'int8':
        return BigInt(this.take(1).readInt8(0))
      case 'int16':
        return BigInt(this.take(2).readInt16BE(0))
      case 'uint16':
        return BigInt(this.take(2).readUInt16BE(0))
      case 'int32':
        return BigInt(this.take(4).readInt32BE(0))
      case 'int64':
        return this.take(8).readBigInt64BE(0)
    }
  }

  /** -1: null. */
  length(width: 2 | 4): number {
    if (this.flexible) return this.varint() - 1
    return width === 2 ? this.take(2).readInt16BE(0) : this.take(4).readInt32BE(0)
  }

  varint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.take(1)[0] ?? 0
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw misfit('a length of more than 32 bits', 'NOT_KAFKAS', {})
  }

  take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw endsEarly(this.#bytes.length)
    const part = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return part
  }
}
