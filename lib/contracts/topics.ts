import * as z from 'zod'
import { clusterId, flag, instant, int64, page, pageInput, problem, topicName } from './common'
import { endpoint } from './endpoint'
import { groupStatus, groupType } from './groups'
import { catalogueProposal } from './policy-spec'

export const topicRow = z.object({
  name: topicName,
  topicId: z.string().nullable(),
  internal: z.boolean(),
  partitions: z.number().int(),
  replicationFactor: z.number().int(),
  /** Replicas in sync over all partitions, and how many there should be. */
  inSync: z.object({ have: z.number().int(), want: z.number().int() }),
  underReplicated: z.number().int(),
  offline: z.number().int(),
  /** Offset span (end - start): not a count on compacted or transactional topics. null: not measured. */
  messages: int64.nullable(),
  bytes: int64.nullable(),
  /** Records a second that came in, over the last samples. */
  ratePerSecond: z.number().nullable(),
  cleanupPolicy: z.string().nullable(),
  retentionMs: int64.nullable(),
  /** dead-letter and retry topics are told apart by name here (lib/dead-letter). */
  kind: z.enum(['normal', 'dead-letter', 'retry', 'internal']),
  policy: z.enum(['ok', 'violation', 'exempt']),
  groups: z.number().int().nullable(),
  /** The team that the topic belongs to; left out where nobody looked. */
  owner: z.string().nullable().optional(),
  description: z.string().nullable().optional(),
  tags: z.array(z.string()).optional(),
  problem: problem.nullable(),
})
export type TopicRow = z.output<typeof topicRow>

export const partitionRow = z.object({
  partition: z.number().int(),
  leader: z.number().int().nullable(),
  leaderEpoch: z.number().int().nullable(),
  replicas: z.array(z.number().int()),
  isr: z.array(z.number().int()),
  offlineReplicas: z.array(z.number().int()),
  firstOffset: int64.nullable(),
  lastStableOffset: int64.nullable(),
  lastOffset: int64.nullable(),
  messages: int64.nullable(),
  bytes: int64.nullable(),
  problem: problem.nullable(),
})
export type PartitionRow = z.output<typeof partitionRow>

export const configEntry = z.object({
  name: z.string(),
  /** null when sensitive. */
  value: z.string().nullable(),
  source: z.enum([
    'topic',
    'dynamic-broker',
    'dynamic-default',
    'static-broker',
    'default',
    'group',
    'unknown',
  ]),
  defaultValue: z.string().nullable(),
  type: z.enum([
    'boolean',
    'string',
    'int',
    'short',
    'long',
    'double',
    'list',
    'class',
    'password',
    'unknown',
  ]),
  readOnly: z.boolean(),
  sensitive: z.boolean(),
  documentation: z.string().nullable(),
})
export type ConfigEntry = z.output<typeof configEntry>

export const nameViolation = z.object({
  /** Which rule; words by `naming.violation.<code>`. */
  code: z.string(),
  /** domain, service, event, or name. */
  field: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  message: z.string(),
  suggestion: z.string().nullable(),
})
export type NameViolation = z.output<typeof nameViolation>

export const nameCheck = z.object({
  valid: z.boolean(),
  name: z.string(),
  /** The derived suffix that was taken off (`-dlt`, `-retry-1000`), if any. */
  suffix: z.string().nullable(),
  segments: z.array(
    z.object({ name: z.string(), value: z.string(), ok: z.boolean(), suggestions: z.array(z.string()) }),
  ),
  violations: z.array(nameViolation),
  warnings: z.array(nameViolation),
  /** Whole names that keep the convention, nearest first. The nearest one may be taken; all others are free. */
  suggestions: z.array(z.string()),
  /** Why the nearest suggestion cannot be had (it exists, is asked for, collides); empty: it is free. */
  taken: z.array(nameViolation),
})
export type NameCheck = z.output<typeof nameCheck>

const one = { cluster: clusterId, topic: topicName }

export const topicSort = z.enum([
  'name',
  '-name',
  'partitions',
  '-partitions',
  'messages',
  '-messages',
  'bytes',
  '-bytes',
  'rate',
  '-rate',
  'health',
])

export type TopicSort = z.output<typeof topicSort>

/** What people say about a topic beside what Kafka keeps. */
const topicFacts = {
  owner: z.string().max(100).optional(),
  description: z.string().max(2000).optional(),
  classification: z.string().max(100).optional(),
  /** Subject of the schema that its values have. */
  schema: z.string().max(500).optional(),
  tags: z.array(z.string().min(1).max(50)).max(20).default([]),
}

const createTopicBody = {
  name: z.string().max(300),
  /** -1: the broker's default, resolved and then checked. */
  partitions: z.number().int().min(-1).max(100_000),
  replicationFactor: z.number().int().min(-1).max(100),
  configs: z.record(z.string().max(249), z.string().max(10_000)).default({}),
  ...topicFacts,
  dryRun: z.boolean().default(false),
}

/**
 * Who writes to a topic, as its leaders remember it: only idempotent and transactional producers leave a
 * trace, for a day.
 */
export const topicProducer = z.object({
  producerId: int64,
  transactionalId: z.string().nullable(),
  partitions: z.array(z.number().int()),
  /** Timestamp of its last record; null: the broker does not know. */
  lastWriteAt: instant.nullable(),
})
export type TopicProducer = z.output<typeof topicProducer>

export const topics = {
  producers: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/producers',
    tag: 'topics',
    summary: 'Who writes to a topic: the service of its name, producers of the last day, who may by ACL',
    input: z.object({ cluster: clusterId, topic: topicName }),
    output: z.object({
      items: z.array(topicProducer),
      /** False: a leader did not say, or they are more than are listed. */
      isWhole: z.boolean(),
      /** By the name's segment; null: the name does not say. */
      service: z
        .object({ name: z.string(), owner: z.string().nullable(), registered: z.boolean() })
        .nullable(),
      /** Whom an ACL on this topic lets write; null: no access control, or the cluster does not say. */
      principals: z.array(z.string()).nullable(),
      at: instant,
      problems: z.array(problem),
    }),
  }),
  list: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics',
    tag: 'topics',
    summary: 'Topics with health, size and policy verdict',
    input: z.object({
      cluster: clusterId,
      query: z.string().max(249).optional(),
      sort: topicSort.default('name'),
      internal: flag.default(false),
      kind: z.enum(['normal', 'dead-letter', 'retry', 'internal']).optional(),
      health: z.enum(['problem']).optional(),
      policy: z.enum(['ok', 'violation', 'exempt']).optional(),
      /** A team's name; `-` for topics that have none. */
      owner: z.string().max(100).optional(),
      tag: z.string().max(50).optional(),
      ...pageInput,
    }),
    output: page(topicRow).extend({ internalHidden: z.number().int() }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}',
    tag: 'topics',
    summary: 'One topic: facts, partitions, linked dead-letter and retry topics',
    input: z.object(one),
    output: topicRow.extend({
      partitionRows: z.array(partitionRow),
      minInsyncReplicas: z.number().int().nullable(),
      configOverrides: z.number().int().nullable(),
      related: z.array(
        z.object({
          topic: topicName,
          kind: z.enum(['origin', 'dead-letter', 'retry', 'changelog', 'repartition', 'derived']),
          messages: int64.nullable(),
        }),
      ),
      sampledAt: instant,
      problems: z.array(problem),
    }),
  }),
  configs: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/configs',
    tag: 'topics',
    summary: 'Effective configs: value, source, default, documentation',
    input: z.object(one),
    output: z.object({ items: z.array(configEntry), sampledAt: instant }),
  }),
  groups: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/groups',
    tag: 'topics',
    summary: 'Groups that committed on this topic',
    input: z.object(one),
    output: z.object({
      items: z.array(
        z.object({
          group: z.string(),
          type: groupType,
          state: z.string(),
          status: groupStatus,
          lag: int64.nullable(),
          timeLagMs: z.number().nullable(),
          trendPerSecond: z.number().nullable(),
          members: z.number().int().nullable(),
        }),
      ),
      sampledAt: instant.nullable(),
      problems: z.array(problem),
    }),
  }),
  create: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/topics',
    tag: 'topics',
    summary: 'Create a topic under the naming policy; dryRun asks the broker too (validateOnly)',
    status: 201,
    input: z.object({ cluster: clusterId, ...createTopicBody }),
    output: z.object({
      name: topicName,
      created: z.boolean(),
      topicId: z.string().nullable(),
      partitions: z.number().int(),
      replicationFactor: z.number().int(),
      /** As the broker would set or has set them. */
      configs: z.array(z.object({ name: z.string(), value: z.string().nullable(), source: z.string() })),
      warnings: z.array(nameViolation),
      /** The policy that it was held against. */
      policyVersion: z.number().int(),
    }),
  }),
}

export const names = {
  check: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/names/check',
    tag: 'names',
    summary:
      'Check a topic name, and what else is given of a topic, against the policy and what is there; with `fail`, 422 when it is refused (for curl --fail in CI)',
    input: z.object({
      cluster: clusterId,
      name: z.string().max(300),
      partitions: z.number().int().min(-1).max(100_000).optional(),
      replicationFactor: z.number().int().min(-1).max(100).optional(),
      configs: z.record(z.string().max(249), z.string().max(10_000)).optional(),
      ...topicFacts,
      /** As if these were registered already: what a request for the name would propose. */
      propose: z.array(catalogueProposal).max(5).optional(),
      /** An own request that is edited: its name is not taken by itself. */
      replaces: z
        .string()
        .regex(/^\d{1,15}$/)
        .optional(),
      /** Answer with the error of a creation (NAME_POLICY_VIOLATION, TOPIC_EXISTS, ...) instead of `valid: false`. */
      fail: z.boolean().default(false),
    }),
    output: nameCheck.extend({
      policyVersion: z.number().int(),
      /** How many different people must approve a request for it. */
      approvals: z.number().int(),
    }),
  }),
}
