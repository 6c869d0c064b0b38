import {
  bytesLeft,
  DecodeError,
  endsEarly,
  tooDeep,
  tooManyValues,
  VALUE_DEPTH_MAX,
  VALUES_MAX,
} from '../decode-error'
import { ExactNumber, emptyObject, type SerdeValue } from '../serde-value'
import { jsonFloat } from '../text-out'
import { nameOf } from './msgpack'

const BREAK = Symbol('break')
const BIG_BYTES_MAX = 1024

/**
 * CBOR (RFC 8949), the whole of the bytes: definite and indefinite lengths, half floats, big numbers; tags
 * else are read over. Throws DecodeError.
 */
export function readCbor(bytes: Buffer): SerdeValue {
  const reader = new Reader(bytes)
  const value = reader.item(0)
  if (value === BREAK) throw new DecodeError('not CBOR', 'WRONG_FORMAT', { format: 'cbor' })
  if (reader.at < bytes.length) throw bytesLeft(bytes.length - reader.at, 'CBOR value')
  return value
}

class Reader {
  at = 0
  readonly #bytes: Buffer
  #values = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  item(depth: number): SerdeValue | typeof BREAK {
    if (depth > VALUE_DEPTH_MAX) throw tooDeep(VALUE_DEPTH_MAX)
    if (++this.#values > VALUES_MAX) throw tooManyValues(VALUES_MAX)
    const first = this.#take(1)[0] ?? 0
    const major = first >> 5
    const info = first & 0x1f
    if (major === 7) return this.#simple(info)
    const length = info === 31 ? null : this.#argument(info)
    switch (major) {
      case 0:
        return known(length)
      case 1:
        return -1n - known(length)
      case 2:
        return length === null ? Buffer.concat(this.#chunks(2)) : this.#take(size(length))
      case 3:
        return (length === null ? Buffer.concat(this.#chunks(3)) : this.#take(size(length))).toString('utf8')
      case 4:
        return this.#array(length, depth)
      case 5:
        return this.#map(length, depth)
      default:
        return this.#tagged(known(length), depth)
    }
  }

  #value(depth: number): SerdeValue {
    const value = this.item(depth)
    if (value === BREAK) throw new DecodeError('not CBOR', 'WRONG_FORMAT', { format: 'cbor' })
    return value
  }

  #array(length: bigint | null, depth: number): SerdeValue {
    const items: SerdeValue[] = []
    for (let i = 0n; length === null || i < length; i++) {
      const item = this.item(depth + 1)
      if (item === BREAK) {
        if (length === null) break
        throw new DecodeError('not CBOR', 'WRONG_FORMAT', { format: 'cbor' })
      }
      items.push(item)
    }
    return items
  }

  #map(length: bigint | null, depth: number): SerdeValue {
    const values = emptyObject()
    for (let i = 0n; length === null || i < length; i++) {
      const name = this.item(depth + 1)
      if (name === BREAK) {
        if (length === null) break
        throw new DecodeError('not CBOR', 'WRONG_FORMAT', { format: 'cbor' })
      }
      values[nameOf(name)] = this.#value(depth + 1)
    }
    return values
  }

  /** Big numbers and decimal fractions mean numbers; of all other tags the value is shown. */
  #tagged(tag: bigint, depth: number): SerdeValue {
    const value = this.#value(depth + 1)
    if ((tag === 2n || tag === 3n) && value instanceof Uint8Array && value.length <= BIG_BYTES_MAX) {
      const digits = BigInt(`0x${Buffer.from(value).toString('hex') || '0'}`)
      const number = tag === 2n ? digits : -1n - digits
      return BigInt.asIntN(64, number) === number ? number : new ExactNumber(String(number))
    }
    if (tag === 4n && Array.isArray(value) && typeof value[0] === 'bigint' && typeof value[1] === 'bigint')
      return new ExactNumber(`${value[1]}e${value[0]}`)
    return value
  }

  #simple(info: number): SerdeValue | typeof BREAK {
    switch (info) {
      case 20:
        return false
      case 21:
        return true
      case 22:
      case 23:
        return null
      case 24:
        return BigInt(this.#take(1)[0] ?? 0)
      case 25:
        return half(this.#take(2).readUInt16BE(0))
      case 26:
        return Number(jsonFloat(this.#take(4).readFloatBE(0)).replaceAll('"', ''))
      case 27:
        return this.#take(8).readDoubleBE(0)
      case 31:
        return BREAK
      default:
        throw new DecodeError('not CBOR', 'WRONG_FORMAT', { format: 'cbor' })
    }
  }

  /** The parts of a text or of bytes of unknown length: all of that kind, none in parts itself. */
  #chunks(major: number): Buffer[] {
    const chunks: Buffer[] = []
    for (;;) {
      const first = this.#take(1)[0] ?? 0
      if (first === 0xff) return chunks
      if (++this.#values > VALUES_MAX || first >> 5 !== major || (first & 0x1f) === 31)
        throw new DecodeError('not CBOR', 'WRONG_FORMAT', { format: 'cbor' })
      chunks.push(this.#take(size(this.#argument(first & 0x1f))))
    }
  }

  #argument(info: number): bigint {
    if (info < 24) return BigInt(info)
    if (info === 24) return BigInt(this.#take(1)[0] ?? 0)
    if (info === 25) return BigInt(this.#take(2).readUInt16BE(0))
    if (info === 26) return BigInt(this.#take(4).readUInt32BE(0))
    if (info === 27) return this.#take(8).readBigUInt64BE(0)
    throw new DecodeError('not CBOR', 'WRONG_FORMAT', { format: 'cbor' })
  }

  #take(length: number): Buffer {
    if (length > this.#bytes.length - this.at) throw endsEarly(this.#bytes.length)
    const part = this.#bytes.subarray(this.at, this.at + length)
    this.at += length
    return part
  }
}

function known(length: bigint | null): bigint {
  if (length === null) throw new DecodeError('not CBOR', 'WRONG_FORMAT', { format: 'cbor' })
  return length
}

function size(length: bigint): number {
  return length > 0x7fffffffn ? Number.MAX_SAFE_INTEGER : Number(length)
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  const sign = bits & 0x8000 ? -1 : 1
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/**
 * Could it be CBOR, of a kind that is worth guessing? Its own mark (tag 55799), or a map or list that fills
 * the bytes exactly.
 */
export function looksCbor(bytes: Buffer): boolean {
  const first = bytes[0] ?? 0
  const isMarked = bytes.length > 3 && first === 0xd9 && bytes[1] === 0xd9 && bytes[2] === 0xf7
  const isContainer = first > 0x80 && first < 0xc0 && (first & 0x1f) !== 0 && (first & 0x1f) < 28
  const isOpen = first === 0x9f || first === 0xbf
  if (bytes.length < 3 || !(isMarked || isContainer || isOpen)) return false
  try {
    readCbor(bytes)
    return true
  } catch {
    return false
  }
}
