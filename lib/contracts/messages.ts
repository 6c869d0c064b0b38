import * as z from 'zod'
import {
  clusterId,
  download,
  flag,
  instant,
  int64,
  none,
  offsetParam,
  page,
  partitionId,
  topicName,
  wholeNumber,
} from './common'
import { decodeFailureCode, decodeFailureParams } from './decode-failure'
import { endpoint, streamEndpoint } from './endpoint'
import {
  evaluationErrors,
  exportManifest,
  FILTER_CHARS_MAX,
  filterCheck,
  logRange,
  openTransaction,
  pageEnd,
  partitionRange,
  readBudget,
  recordFilter,
  savedView,
  searchEvents,
  seenFields,
  topicPath,
  viewName,
} from './message-search'
import { messageTable, messageTableChange } from './message-table'
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
  /**
   * `text` is what was inside: the bytes were compressed by whoever wrote them, or are JSON behind a byte order
   * mark.
   */
  inside: z.enum(['gzip', 'zstd', 'utf-8-bom']).optional(),
  schema: z
    .object({
      id: z.number().int().nullable(),
      subject: z.string().nullable(),
      version: z.number().int().nullable(),
      /** Of Protobuf: the message, with its package. */
      message: z.string().optional(),
    })
    .optional(),
  /** Of one record alone: the schema of `schema.id` makes these very bytes of `text`. */
  comesBack: z.literal(true).optional(),
  /** Why the better format did not work: a sentence, and the same as a code with its parameters. */
  error: z.string().optional(),
  errorCode: decodeFailureCode.optional(),
  errorParams: decodeFailureParams.optional(),
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
  /** Headers that were left out because of `headerLimit`. */
  moreHeaders: z.number().int().optional(),
  /** Bytes of key + value + headers. */
  size: z.number().int(),
  compression: z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']),
  transactional: z.boolean(),
  aborted: z.boolean().optional(),
  /** Its transaction had not ended when it was read, or one before it had not. */
  undecided: z.boolean().optional(),
  producer: z.object({ id: int64, epoch: z.number().int(), sequence: z.number().int() }).optional(),
  leaderEpoch: z.number().int().optional(),
  /** The batch it was written in. */
  batch: z.object({ baseOffset: int64, lastOffset: int64, records: z.number().int() }).optional(),
})
export type Message = z.output<typeof message>

const record = { ...topicPath, partition: partitionId, offset: offsetParam }
const viewId = z.string().min(1).max(64)
const preview = wholeNumber(0, 65_536).default(65_536)
/** Most headers of a record; what is left out is counted in `moreHeaders`. Without it all of them come. */
const headerLimit = wholeNumber(0, 100_000).optional()

export const messages = {
  list: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/messages',
    tag: 'messages',
    summary: 'One page, merged over partitions by timestamp; filled whatever the gaps',
    input: z.object({
      ...topicPath,
      ...logRange,
      ...recordFilter,
      limit: wholeNumber(1, 500).default(50),
      /** Longest text of a key or value in the list; 0 is the whole. */
      preview,
      headerLimit,
      ...serdeInput,
    }),
    output: page(message).extend({
      /** Why the page ended. */
      end: z.object({ reason: pageEnd, detail: z.string().optional(), budget: readBudget.optional() }),
      order: z.enum(['asc', 'desc']),
      /** By partition, at the time of reading. */
      ranges: z.array(partitionRange),
      scanned: z.object({ records: z.number().int(), bytes: z.number().int() }),
      /** Transactions that hold the end back. */
      openTransactions: z.array(openTransaction).optional(),
      /** The one partition where a key was looked up first, and whether all others were then, since it had none. */
      keyPartition: z.number().int().optional(),
      allPartitions: z.literal(true).optional(),
      evaluationErrors: evaluationErrors.optional(),
    }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/messages/{partition}/{offset}',
    tag: 'messages',
    summary: 'One record; RECORD_EXPIRED says where the log starts now',
    input: z.object({
      ...record,
      ...serdeInput,
      /** Longest text of key, value and each header; 0 and absent: 1 MiB. */
      preview: wholeNumber(0, 1_048_576).optional(),
    }),
    /** `links`: to other tools, by the cluster's `records.links`. */
    output: message.extend({ links: z.array(z.object({ name: z.string(), url: z.string() })) }),
  }),
  text: endpoint({
    kind: 'bytes',
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/messages/{partition}/{offset}/{part}/text',
    tag: 'messages',
    summary: 'The key or the value whole, as it reads: UTF-8 (204 when null); VALUE_TOO_LONG above 64 MiB',
    input: z.object({ ...record, part: z.enum(['key', 'value']), ...serdeInput }),
    output: z.object({ bytes: z.instanceof(Uint8Array).nullable(), filename: z.string() }),
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
  stream: streamEndpoint({
    path: '/clusters/{cluster}/topics/{topic}/messages/stream',
    tag: 'messages',
    summary:
      'A search as it runs: hits as they come, progress, why it ended; with follow a live tail that does not end',
    input: z.object({
      ...topicPath,
      ...logRange,
      ...recordFilter,
      /** Hits after which a search ends; a live tail has no end. */
      limit: wholeNumber(1, 10_000).default(500),
      preview,
      headerLimit,
      ...serdeInput,
      follow: flag.default(false),
      /** Live tail only: further topics. */
      also: z.array(topicName).max(20).optional(),
      /** Live tail only: most records a second that are sent; what is above is counted in `skipped`. */
      rate: wholeNumber(1, 2000).default(200),
    }),
    events: { ...searchEvents, record: message.extend({ topic: topicName }) },
  }),
  checkFilter: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/filters/check',
    tag: 'messages',
    summary: 'Is this a filter? Where not, the column',
    input: z.object({ cluster: clusterId, filter: z.string().max(FILTER_CHARS_MAX) }),
    output: filterCheck,
  }),
  export: endpoint({
    kind: 'download',
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/export',
    tag: 'messages',
    summary:
      'Every record that was asked for, partition by partition; header X-Milena-Export names the manifest. `resume` and `after` go on behind the last record that arrived',
    input: z.object({
      ...topicPath,
      ...logRange,
      from: logRange.from.unwrap().default('oldest'),
      ...recordFilter,
      ...serdeInput,
      format: z.enum(['ndjson', 'csv', 'raw']).default('ndjson'),
      gzip: flag.default(false),
      limit: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
      /** Id of the export that broke off; with `after` = `partition:offset` of the last record that arrived whole. */
      resume: z.string().max(64).optional(),
      after: z
        .string()
        .regex(/^\d{1,10}:\d{1,19}$/)
        .optional(),
    }),
    output: download,
  }),
  manifest: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/exports/{id}',
    tag: 'messages',
    summary: 'What an export was asked for and whether it is complete',
    input: z.object({ cluster: clusterId, id: z.string().min(1).max(64) }),
    output: exportManifest,
  }),
  fields: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/fields',
    tag: 'messages',
    summary: 'Fields seen in the newest records, for completing filters and choosing columns',
    input: z.object(topicPath),
    output: seenFields,
  }),
  views: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/views',
    tag: 'messages',
    summary: 'Saved views: own ones and shared ones',
    input: z.object(topicPath),
    output: z.object({ items: z.array(savedView) }),
  }),
  saveView: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/topics/{topic}/views',
    tag: 'messages',
    summary: 'Keeps a view under a name; the same name again replaces it',
    status: 201,
    input: z.object({
      ...topicPath,
      name: viewName,
      query: savedView.shape.query,
      shared: z.boolean().default(false),
    }),
    output: savedView,
  }),
  deleteView: endpoint({
    method: 'DELETE',
    path: '/clusters/{cluster}/topics/{topic}/views/{view}',
    tag: 'messages',
    summary: 'Forgets a view of one’s own',
    input: z.object({ ...topicPath, view: viewId }),
    output: none,
  }),
  table: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/table',
    tag: 'messages',
    summary: 'How oneself sees tables of messages: columns of this topic, rows and times everywhere',
    input: z.object(topicPath),
    output: messageTable,
  }),
  putTable: endpoint({
    method: 'PUT',
    path: '/clusters/{cluster}/topics/{topic}/table',
    tag: 'messages',
    summary: 'Keeps how oneself sees tables of messages; what is left out stays',
    input: z.object({ ...topicPath, ...messageTableChange }),
    output: messageTable,
  }),
}
