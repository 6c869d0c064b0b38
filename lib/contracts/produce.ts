import * as z from 'zod'
import { clusterId, givenInstant, instant, int64, topicName } from './common'
import { endpoint } from './endpoint'

/** Of a Protobuf schema the message to write, with its package; its first one where none is named. */
export const protoMessage = z.string().min(1).max(1000).optional()

/**
 * By which schema of the cluster's registry JSON is written: an id, or a subject (its latest version unless
 * one is named).
 */
export const schemaChoice = z.union([
  z.strictObject({ id: z.number().int().min(1).max(2_147_483_647), message: protoMessage }),
  z.strictObject({
    subject: z.string().min(1).max(1000),
    version: z.number().int().min(1).max(2_147_483_647).optional(),
    message: protoMessage,
  }),
])
export type SchemaChoice = z.output<typeof schemaChoice>

/** Bytes to send. JSON travels as text, so that no digit of it is rounded on the way. */
export const outgoingPart = z.strictObject({
  encoding: z.enum(['text', 'json', 'base64']).default('text'),
  data: z.string(),
  /** With `json`: serialised by this schema (Avro, Protobuf, JSON Schema) behind Confluent's frame. */
  schema: schemaChoice.optional(),
})

export const outgoingRecord = z.strictObject({
  /** null and absent: no key. */
  key: outgoingPart.nullable().default(null),
  /** null is a tombstone. */
  value: outgoingPart.nullable(),
  /** In order, names may repeat, null is not empty. */
  headers: z
    .array(z.strictObject({ name: z.string().max(32_767), value: outgoingPart.nullable() }))
    .max(10_000)
    .default([]),
  /** Chosen by the key as Java's producer does (murmur2) when it is null, at random without a key. */
  partition: z.number().int().min(0).max(2_147_483_647).nullable().default(null),
  timestamp: givenInstant.nullable().default(null),
})

const one = { cluster: clusterId, topic: topicName }
const placed = z.object({ partition: z.number().int(), offset: int64, timestamp: instant })

/** Lines of one request; a file of any length is sent piece by piece, each audited by itself. */
export const BATCH_LINES_MAX = 500

export const produce = {
  one: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/topics/{topic}/messages',
    tag: 'messages',
    summary: 'Writes one record, acknowledged by all in-sync replicas; dryRun serialises and sends nothing',
    status: 201,
    longBody: true,
    input: z.object({ ...one, ...outgoingRecord.shape, dryRun: z.boolean().default(false) }),
    output: z.object({
      /** null after a dry run. */
      record: placed.nullable(),
      /** Raw sizes as they are sent; null is null. */
      keyBytes: z.number().int().nullable(),
      valueBytes: z.number().int().nullable(),
      /** Where it would go, before it is sent; null: at random. */
      partition: z.number().int().nullable(),
    }),
  }),
  many: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/topics/{topic}/messages/batch',
    tag: 'messages',
    summary:
      'Writes records in their order; what became of each is told by line. Stops at the first unknown outcome',
    longBody: true,
    input: z.object({
      ...one,
      /** NDJSON: one record a line, in the shape of the single one. */
      lines: z.array(z.string()).min(1).max(BATCH_LINES_MAX),
      dryRun: z.boolean().default(false),
    }),
    output: z.object({
      items: z.array(
        z.object({
          /** Of this request, from 0. */
          line: z.number().int(),
          /** checked: by a dry run; skipped: not tried, since one before has an unknown outcome. */
          outcome: z.enum(['written', 'checked', 'refused', 'unknown', 'skipped']),
          partition: z.number().int().nullable(),
          offset: int64.nullable(),
          code: z.string().nullable(),
          params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
          /** What is wrong, in English, where the code and its parameters do not say all of it. */
          message: z.string().nullable(),
        }),
      ),
      written: z.number().int(),
      refused: z.number().int(),
      unknown: z.number().int(),
    }),
  }),
}
