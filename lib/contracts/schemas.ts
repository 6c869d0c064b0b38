import * as z from 'zod'
import { clusterId, page, problem, topicName, wholeNumber } from './common'
import { endpoint } from './endpoint'
import { protoMessage } from './produce'

const SCHEMA_KINDS = ['avro', 'protobuf', 'json-schema'] as const
const schemaKind = z.enum(SCHEMA_KINDS)

const subjectName = z.string().min(1).max(1000)
const version = wholeNumber(1, 2_147_483_647)
const one = { cluster: clusterId, subject: subjectName }

/** Which topic's part a subject belongs to by its name: `orders-value`. null: no topic of that name is there. */
const use = z.object({ topic: topicName, part: z.enum(['key', 'value']) })

const subjectRow = z.object({
  subject: subjectName,
  /** null where the registry did not tell: `problem` says why. */
  kind: schemaKind.nullable(),
  latest: z.number().int().nullable(),
  id: z.number().int().nullable(),
  usedBy: use.nullable(),
  problem: problem.nullable(),
})

const reference = z.object({ name: z.string(), subject: z.string(), version: z.number().int() })

const schemaVersion = z.object({
  subject: subjectName,
  version: z.number().int(),
  id: z.number().int(),
  /** null: of a kind that is not read here. */
  kind: schemaKind.nullable(),
  /** As it was registered. */
  text: z.string(),
  references: z.array(reference),
  /** Who refers to it; null: the registry doesn't tell. */
  referencedBy: z.array(z.object({ subject: z.string(), version: z.number().int() })).nullable(),
})

export const schemas = {
  list: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/schemas',
    tag: 'schemas',
    summary: 'Subjects of the cluster’s registry by name; REGISTRY_MISSING where there is none',
    input: z.object({
      cluster: clusterId,
      /** Part of the subject's name. */
      query: z.string().max(300).optional(),
      limit: wholeNumber(1, 200).default(50),
      cursor: z.string().max(2000).optional(),
    }),
    output: page(subjectRow).extend({
      /** Holds where a subject has no own; null: not told. */
      compatibility: z.string().nullable(),
    }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/schemas/{subject}',
    tag: 'schemas',
    summary: 'A subject: its versions, its compatibility, the topic it belongs to',
    input: z.object(one),
    output: z.object({
      subject: subjectName,
      versions: z.array(z.number().int()),
      compatibility: z.string().nullable(),
      /** Said for the subject itself, or for all. */
      compatibilityOf: z.enum(['subject', 'registry']).nullable(),
      usedBy: use.nullable(),
    }),
  }),
  version: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/schemas/{subject}/versions/{version}',
    tag: 'schemas',
    summary: 'One version: id, text, references both ways',
    input: z.object({ ...one, version }),
    output: schemaVersion,
  }),
  example: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/schemas/{subject}/example',
    tag: 'schemas',
    summary: 'A value that fits the subject’s schema, as JSON text, to begin writing with',
    input: z.object({ ...one, version: version.optional(), message: protoMessage }),
    output: z.object({
      id: z.number().int(),
      kind: schemaKind,
      text: z.string(),
      /** Of Protobuf: the message of this example, and all that can be written. */
      message: z.string().nullable(),
      messages: z.array(z.string()),
    }),
  }),
  check: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/schemas/{subject}/check',
    tag: 'schemas',
    summary: 'Would this text be compatible as the next version? Nothing is registered',
    input: z.object({
      ...one,
      kind: schemaKind,
      text: z.string().min(1).max(900_000),
      references: z.array(reference).max(200).default([]),
    }),
    output: z.object({ compatible: z.boolean(), messages: z.array(z.string()) }),
  }),
}
