import {
  bytesLeft,
  DecodeError,
  endsEarly,
  tooDeep,
  tooManyValues,
  VALUE_DEPTH_MAX,
  VALUES_MAX,
} from '../decode-error'
import { emptyObject, type SerdeValue } from '../serde-value'
import { jsonFloat } from '../text-out'

/**
 * MessagePack (github.com/msgpack/msgpack/blob/master/spec.md), the whole of the bytes. Names of maps become
 * text. Throws DecodeError.
 */
export function readMsgpack(bytes: Buffer): SerdeValue {
  const reader = new Reader(bytes)
  const value = reader.value(0)
  if (reader.at < bytes.length) throw bytesLeft(bytes.length - reader.at, 'MessagePack value')
  return value
}

class Reader {
  at = 0
  readonly #bytes: Buffer
  #values = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  value(depth: number): SerdeValue {
    if (depth > VALUE_DEPTH_MAX) throw tooDeep(VALUE_DEPTH_MAX)
    if (++this.#values > VALUES_MAX) throw tooManyValues(VALUES_MAX)
    const byte = this.#take(1)[0] ?? 0
    if (byte <= 0x7f) return BigInt(byte)
    if (byte <= 0x8f) return this.#map(byte & 0x0f, depth)
    if (byte <= 0x9f) return this.#array(byte & 0x0f, depth)
    if (byte <= 0xbf) return this.#text(byte & 0x1f)
    if (byte >= 0xe0) return BigInt(byte - 256)
    switch (byte) {
      case 0xc0:
        return null
      case 0xc2:
        return false
      case 0xc3:
        return true
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#size(1 << (byte - 0xc4)))
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#size(1 << (byte - 0xc7)))
      case 0xca:
        return Number(jsonFloat(this.#take(4).readFloatBE(0)).replaceAll('"', ''))
      case 0xcb:
        return this.#take(8).readDoubleBE(0)
      case 0xcc:
      case 0xcd:
      case 0xce:
        return BigInt(this.#size(1 << (byte - 0xcc)))
      case 0xcf:
        return this.#take(8).readBigUInt64BE(0)
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const size = 1 << (byte - 0xd0)
        return BigInt(this.#take(size).readIntBE(0, size))
      }
      case 0xd3:
        return this.#take(8).readBigInt64BE(0)
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(1 << (byte - 0xd4))
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#size(1 << (byte - 0xd9)))
      case 0xdc:
      case 0xdd:
        return this.#array(this.#size(byte === 0xdc ? 2 : 4), depth)
      case 0xde:
      case 0xdf:
        return this.#map(this.#size(byte === 0xde ? 2 : 4), depth)
      default:
        throw new DecodeError('not MessagePack', 'WRONG_FORMAT', { format: 'msgpack' })
    }
  }

  #map(size: number, depth: number): SerdeValue {
    const values = emptyObject()
    for (let i = 0; i < size; i++) {
      const name = this.value(depth + 1)
      values[nameOf(name)] = this.value(depth + 1)
    }
    return values
  }

  #array(size: number, depth: number): SerdeValue {
    const items: SerdeValue[] = []
    for (let i = 0; i < size; i++) items.push(this.value(depth + 1))
    return items
  }

  /** Type -1 is a timestamp; others stay bytes. */
  #extension(size: number): SerdeValue {
    const type = this.#take(1).readInt8(0)
    const bytes = this.#take(size)
    return (type === -1 ? timestamp(bytes) : null) ?? { type: BigInt(type), data: bytes }
  }

  #text(size: number): string {
    return this.#take(size).toString('utf8')
  }

  #size(bytes: number): number {
    return this.#take(bytes).readUIntBE(0, bytes)
  }

  #take(size: number): Buffer {
    if (size > this.#bytes.length - this.at) throw endsEarly(this.#bytes.length)
    const part = this.#bytes.subarray(this.at, this.at + size)
    this.at += size
    return part
  }
}

/** What a name is in JSON: text as it is, all else by its digits or letters. */
export function nameOf(value: SerdeValue): string {
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return typeof value === 'object' && value !== null ? '[object]' : String(value)
}

function timestamp(bytes: Buffer): string | null {
  let seconds: bigint
  let nanos = 0
  if (bytes.length === 4) seconds = BigInt(bytes.readUInt32BE(0))
  else if (bytes.length === 8) {
    const raw = bytes.readBigUInt64BE(0)
    nanos = Number(raw >> 34n)
    seconds = raw & 0x3ffffffffn
  } else if (bytes.length === 12) {
    nanos = bytes.readUInt32BE(0)
    seconds = bytes.readBigInt64BE(4)
  } else return null
  if (seconds < -62_135_596_800n || seconds > 253_402_300_799n || nanos > 999_999_999) return null
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`
}

/**
 * Could it be MessagePack, of a kind that is worth guessing? A map or a list that fills the bytes exactly,
 * and is not empty.
 */
export function looksMsgpack(bytes: Buffer): boolean {
  const first = bytes[0] ?? 0
  const isContainer =
    (first > 0x80 && first <= 0x8f) || (first > 0x90 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf)
  if (!isContainer || bytes.length < 3) return false
  try {
    readMsgpack(bytes)
    return true
  } catch {
    return false
  }
}
