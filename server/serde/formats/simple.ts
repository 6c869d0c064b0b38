import { isUtf8 } from 'node:buffer'
import type { Payload } from '@/lib/contracts/messages'
import type { DecoderName } from '@/lib/contracts/serdes'
import { uuidText } from '../avro/logical'
import { cutText } from '../cut-text'
import { DecodeError, VALUE_DEPTH_MAX } from '../decode-error'
import { cutHex } from '../decoders/hex'
import { isJsonContainer } from '../is-json'
import { parseJson } from '../json-value'
import type { SerdeValue } from '../serde-value'
import { putValue } from '../stringify-value'
import { writeText } from '../text-out'
import { readCbor } from './cbor'
import { decodeEucKr } from './euc-kr'
import { readMsgpack } from './msgpack'
import { numberFormat, numberText, numberValue } from './numbers'

type Shown = Pick<Payload, 'format' | 'text' | 'truncated'>

/** Bytes by a decoder that needs no schema, as text. Throws DecodeError where they are not what was said. */
export function simpleText(decoder: DecoderName, bytes: Buffer, maxTextBytes: number): Shown {
  const limits = { maxTextBytes }
  switch (decoder) {
    case 'json':
    case 'json-schema':
      if (!isUtf8(bytes)) throw new DecodeError('not JSON: the bytes are no UTF-8', 'NOT_UTF8')
      // A scalar is small; what is large must not be parsed to be shown.
      if (!isJsonContainer(bytes)) parseJson(bytes.toString('utf8'))
      return { format: 'json', ...cutText(bytes, limits) }
    case 'text':
      if (!isUtf8(bytes)) throw new DecodeError('not UTF-8', 'NOT_UTF8')
      return { format: 'text', ...cutText(bytes, limits) }
    case 'euc-kr':
      return { format: 'text', ...cutText(Buffer.from(eucKr(bytes)), limits) }
    case 'msgpack':
    case 'cbor': {
      const value = decoder === 'cbor' ? readCbor(bytes) : readMsgpack(bytes)
      const { text, full } = writeText(maxTextBytes, out => putValue(value, out))
      const cut = cutText(Buffer.from(text), limits)
      return { format: 'json', text: cut.text, truncated: full || cut.truncated }
    }
    case 'uuid':
      return { format: 'uuid', text: uuid(bytes), truncated: false }
    case 'base64': {
      const shown = bytes.subarray(0, Math.floor(maxTextBytes / 4) * 3)
      return { format: 'text', text: shown.toString('base64'), truncated: shown.length < bytes.length }
    }
    case 'hex':
      return cutHex(bytes, limits)
    default: {
      const format = numberFormat(decoder)
      if (!format) throw notA(decoder, `the bytes are no ${decoder}`)
      checkLength(decoder, format.bytes, bytes)
      return { format: 'number', text: numberText(format, bytes), truncated: false }
    }
  }
}

/** The same as data for filters: text as string, numbers as such, what is no text as bytes. */
export function simpleValue(decoder: DecoderName, bytes: Buffer): SerdeValue {
  switch (decoder) {
    case 'json':
    case 'json-schema':
      return parseJson(bytes.toString('utf8'), VALUE_DEPTH_MAX)
    case 'text':
      return bytes.toString('utf8')
    case 'euc-kr':
      return eucKr(bytes)
    case 'msgpack':
      return readMsgpack(bytes)
    case 'cbor':
      return readCbor(bytes)
    case 'uuid':
      return uuid(bytes)
    case 'base64':
      return bytes.toString('base64')
    case 'hex':
      return bytes
    default: {
      const format = numberFormat(decoder)
      if (!format) throw notA(decoder, `the bytes are no ${decoder}`)
      checkLength(decoder, format.bytes, bytes)
      return numberValue(format, bytes)
    }
  }
}

function eucKr(bytes: Buffer): string {
  const text = decodeEucKr(bytes)
  if (text === null) throw notA('euc-kr', 'not EUC-KR')
  return text
}

/** 16 bytes, or the text of one. */
function uuid(bytes: Buffer): string {
  if (bytes.length === 16) return uuidText(bytes)
  const text = bytes.toString('latin1')
  if (bytes.length === 36 && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text
  throw notA('uuid', `a UUID has 16 bytes or 36 letters, here are ${bytes.length} bytes`)
}

function checkLength(decoder: DecoderName, wanted: number, bytes: Buffer): void {
  if (bytes.length !== wanted)
    throw new DecodeError(`${decoder} takes ${wanted} bytes, here are ${bytes.length}`, 'WRONG_LENGTH', {
      format: decoder,
      wanted,
      bytes: bytes.length,
    })
}

function notA(format: DecoderName, sentence: string): DecodeError {
  return new DecodeError(sentence, 'WRONG_FORMAT', { format })
}
