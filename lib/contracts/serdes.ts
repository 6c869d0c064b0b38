import * as z from 'zod'
import { clusterId, instant, topicName, wholeNumber } from './common'
import { endpoint } from './endpoint'

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

/**
 * Why that decoder: somebody chose it (query, topic, configuration), or what the bytes, headers or the
 * topic's name gave away.
 */
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
  /** A schema of that id exists, or nobody could say, and does not read them. */
  'eight-bytes-or-frame',
  'msgpack-syntax',
  'cbor-syntax',
  'empty',
  'nothing-fits',
] as const
export const serdeReason = z.enum(SERDE_REASONS)
export type SerdeReason = z.output<typeof serdeReason>

const schemaId = wholeNumber(1, 2_147_483_647)

/** Query options of everything that reads records: for this request, whatever is remembered. */
export const serdeInput = {
  keyFormat: serdeFormat.optional(),
  valueFormat: serdeFormat.optional(),
  /** The schema of bytes that carry no id. */
  keySchema: schemaId.optional(),
  valueSchema: schemaId.optional(),
}

const choice = z.object({
  format: serdeFormat,
  /** A registry's id, for bytes that carry none. */
  schema: schemaId.nullable().default(null),
})
export type SerdeChoice = z.output<typeof choice>

const shown = choice.extend({ source: z.enum(['auto', 'remembered', 'configured']) })
const one = { cluster: clusterId, topic: topicName }

const topicSerdes = z.object({
  key: shown,
  value: shown,
  /** Is there a registry that knows schemas by their ids? */
  registry: z.boolean(),
  /** Who chose last; null when nobody did. */
  by: z.string().nullable(),
  at: instant.nullable(),
})

export const serdes = {
  get: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/serdes',
    tag: 'messages',
    summary: 'How keys and values of the topic are read, and who chose that',
    input: z.object(one),
    output: topicSerdes,
  }),
  put: endpoint({
    method: 'PUT',
    path: '/clusters/{cluster}/topics/{topic}/serdes',
    tag: 'messages',
    summary: 'Remembers, for everybody, how keys and values of the topic are read; auto forgets',
    input: z.object({ ...one, key: choice, value: choice }),
    output: topicSerdes,
  }),
}
