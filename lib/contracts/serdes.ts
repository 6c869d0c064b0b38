import * as z from 'zod'

/** Every way in which a key or value can be read. `auto` decides record by record and says why. */
export const SERDE_FORMATS = [
  'auto',
  'json',
  'text',
  'euc-kr',
  'avro',
  'protobuf',
  'json-schema',
  'msgpack',
  'cbor',
  'kafka',
  'uuid',
  'int16-be',
  'int16-le',
  'int32-be',
  'int32-le',
  'int64-be',
  'int64-le',
  'float32-be',
  'float32-le',
  'float64-be',
  'float64-le',
  'hex',
  'base64',
] as const
export const serdeFormat = z.enum(SERDE_FORMATS)
export type SerdeFormat = z.output<typeof serdeFormat>

/** What a payload was read with in the end: a format, never `auto`. */
export const decoderName = z.enum(SERDE_FORMATS).exclude(['auto'])
export type DecoderName = z.output<typeof decoderName>

/** Why that decoder: somebody chose it (query, topic, configuration), or what the bytes, headers or the topic's name gave away. */
const SERDE_REASONS = [
  'asked',
  'remembered',
  'configured',
  'internal-topic',
  'header-id',
  'confluent-frame',
  'apicurio-frame',
  'json-syntax',
  'utf8',
  'euc-kr-syllables',
  'uuid-bits',
  'four-bytes',
  'eight-bytes',
  'msgpack-syntax',
  'cbor-syntax',
  'empty',
  'nothing-fits',
] as const
export const serdeReason = z.enum(SERDE_REASONS)
export type SerdeReason = z.output<typeof serdeReason>
