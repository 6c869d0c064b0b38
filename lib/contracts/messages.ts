import * as z from 'zod'
import { clusterId, instant, int64, offsetParam, page, partitionId, topicName, wholeNumber } from './common'
import { endpoint } from './endpoint'
import { decoderName, serdeInput, serdeReason } from './serdes'

const payloadFormat = z.enum(['json', 'text', 'avro', 'protobuf', 'json-schema', 'number', 'uuid', 'hex'])

/** Decoded bytes. null (in the place of this object), empty (`bytes: 0`) and absent stay apart. */
export const payload = z.object({
  format: payloadFormat,
  text: z.string(),
  /** Size of the raw bytes. */
  bytes: z.number().int(),
  truncated: z.boolean(),
  /** What exactly it was read with, and by what that was chosen. */
  decoder: decoderName.optional(),
  reason: serdeReason.optional(),
  /** The bytes were compressed by whoever wrote them; `text` is what was inside. */
  inside: z.enum(['gzip', 'zstd']).optional(),
  schema: z
    .object({
      id: z.number().int().nullable(),
      subject: z.string().nullable(),
      version: z.number().int().nullable(),
    })
    .optional(),
  /** Why the better format did not work. */
  error: z.string().optional(),
})
export type Payload = z.output<typeof payload>

const header = z.object({ name: z.string(), value: payload.nullable() })

export const message = z.object({
  partition: z.number().int(),
  offset: int64,
  timestamp: instant.nullable(),
  timestampType: z.enum(['CreateTime', 'LogAppendTime', 'NoTimestamp']),
  key: payload.nullable(),
  value: payload.nullable(),
  headers: z.array(header),
  /** Bytes of key + value + headers. */
  size: z.number().int(),
  compression: z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']),
  transactional: z.boolean(),
  aborted: z.boolean().optional(),
  producer: z.object({ id: int64, epoch: z.number().int(), sequence: z.number().int() }).optional(),
  leaderEpoch: z.number().int().optional(),
})
export type Message = z.output<typeof message>

/** `newest`, `oldest`, `offset:N`, `time:ISO`. */
export const position = z
  .string()
  .regex(/^(newest|oldest|offset:\d{1,19}|time:\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d))$/)

const pageEnd = z.enum(['end', 'limit', 'budget', 'cancelled'])

const one = { cluster: clusterId, topic: topicName }
const record = { ...one, partition: partitionId, offset: offsetParam }

export const messages = {
  list: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/messages',
    tag: 'messages',
    summary: 'One page, merged over partitions by timestamp; filled whatever the gaps',
    input: z.object({
      ...one,
      from: position.default('newest'),
      until: position.optional(),
      order: z.enum(['asc', 'desc']).optional(),
      partition: z.array(partitionId).optional(),
      limit: wholeNumber(1, 500).default(50),
      /** Carries a position for each partition: some 1,500 of them fit. */
      cursor: z.string().max(12_288).optional(),
      isolation: z.enum(['read_committed', 'read_uncommitted']).default('read_committed'),
      /** Longest text of a key or value in the list; 0 is the whole. */
      preview: wholeNumber(0, 65_536).default(65_536),
      ...serdeInput,
    }),
    output: page(message).extend({
      /** Why the page ended. */
      end: z.object({ reason: pageEnd, detail: z.string().optional() }),
      order: z.enum(['asc', 'desc']),
      /** By partition, at the time of reading. */
      ranges: z.array(
        z.object({
          partition: z.number().int(),
          firstOffset: int64,
          lastStableOffset: int64,
          highWatermark: int64,
        }),
      ),
      scanned: z.object({ records: z.number().int(), bytes: z.number().int() }),
    }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/messages/{partition}/{offset}',
    tag: 'messages',
    summary: 'One record; RECORD_EXPIRED says where the log starts now',
    input: z.object({ ...record, ...serdeInput }),
    output: message,
  }),
  raw: endpoint({
    kind: 'bytes',
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/messages/{partition}/{offset}/{part}',
    tag: 'messages',
    summary: 'Raw bytes of the key or the value (204 when null)',
    input: z.object({ ...record, part: z.enum(['key', 'value']) }),
    output: z.object({ bytes: z.instanceof(Uint8Array).nullable(), filename: z.string() }),
  }),
}
