import * as z from 'zod'
import { clusterId, flag, instant, int64, partitionId, topicName } from './common'
import { endpoint } from './endpoint'
import { nameViolation, topicProducer } from './topics'

const one = { cluster: clusterId, topic: topicName }
const dryRun = z.boolean().default(false)
/** Why, for the audit log. */
const reason = z.string().max(2000).optional()
/** Of a reason that goes in an address: in Korean that is 3 KB of it, and servers take 16 with all headers. */
export const DELETE_REASON_MAX = 300
export const configName = z.string().min(1).max(249)
export const configSet = z.record(configName, z.string().max(10_000))

/** One config before and after; null: the topic does not set it, and the broker's default holds. */
export const configChange = z.object({
  name: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** The topic itself set it before, and will. */
  wasSet: z.boolean(),
  isSet: z.boolean(),
  /** Words by `topics.danger.<code>`; null: nothing to fear. */
  danger: z.string().nullable(),
})
export type ConfigChangeRow = z.output<typeof configChange>

/** Who would notice when a topic goes. */
export const topicUsage = z.object({
  /** Groups that committed on it; `active` ones have members now. */
  groups: z.array(
    z.object({
      group: z.string(),
      state: z.string(),
      members: z.number().int().nullable(),
      active: z.boolean(),
    }),
  ),
  /** Records that came in the last hour; null: not known. */
  recordsLastHour: int64.nullable(),
  messages: int64.nullable(),
  bytes: int64.nullable(),
  /** Who wrote in the last hour, as far as producers leave a trace. */
  producers: z.array(topicProducer),
  /** Connectors of the Connect clusters of the configuration that read or write it. */
  connectors: z.array(
    z.object({ worker: z.string(), name: z.string(), type: z.enum(['sink', 'source']), state: z.string() }),
  ),
  /** False: nobody could say, since no Connect cluster is configured or one did not answer. */
  connectorsKnown: z.boolean(),
  /** False: the configuration names no Connect cluster to ask, which does not hold a deletion up. */
  connectConfigured: z.boolean(),
  /** Dead-letter and retry topics of it, which stay. */
  related: z.array(topicName),
  /** False: the coordinators did not say which groups there are. */
  groupsKnown: z.boolean(),
  inUse: z.boolean(),
})
export type TopicUsage = z.output<typeof topicUsage>

/** Who used a topic at one time, as it is kept: names are bounded, numbers are of all; null: nobody could say. */
export const topicUsers = z.object({
  inUse: z.boolean(),
  groups: z.array(z.string()),
  groupsInAll: z.number().int().nullable(),
  /** `worker/name`. */
  connectors: z.array(z.string()),
  connectorsInAll: z.number().int().nullable(),
  /** False: there was no Connect cluster to ask; absent: not kept at that time. */
  connectConfigured: z.boolean().optional(),
  /** Transactional ids, else producer ids. */
  producers: z.array(z.string()),
  producersInAll: z.number().int(),
  recordsLastHour: int64.nullable(),
})
export type TopicUsers = z.output<typeof topicUsers>

/** What of a dead-letter topic a truncation takes. */
const goingLetters = z.object({
  count: z.number().int(),
  /** Neither replayed nor dropped. */
  open: z.number().int(),
  /** Open, and of issues that nobody acknowledged, assigned or decided. */
  unseen: z.number().int(),
  issueCount: z.number().int(),
  /** The largest, at most 20. */
  issues: z.array(
    z.object({
      fingerprint: z.string(),
      exceptionClass: z.string().nullable(),
      message: z.string().nullable(),
      count: z.number().int(),
      open: z.number().int(),
      /** Nobody has looked at it. */
      unseen: z.boolean(),
    }),
  ),
  /** false: the index has not read all that goes; there are more. */
  complete: z.boolean(),
})
export type GoingLetters = z.output<typeof goingLetters>

export const topicChanges = {
  remove: endpoint({
    method: 'DELETE',
    path: '/clusters/{cluster}/topics/{topic}',
    tag: 'topics',
    summary:
      'Delete a topic; `confirm` repeats its name. Refused while groups read it, connectors use it or records came in the last hour, unless `override`; dryRun tells who uses it and changes nothing. All of them in the query: `DELETE …/topics/orders?confirm=orders&override=true`',
    input: z.object({
      ...one,
      confirm: z.string().max(300).default(''),
      override: flag.default(false),
      dryRun: flag.default(false),
      reason: z.string().max(DELETE_REASON_MAX).optional(),
    }),
    output: z.object({ name: topicName, deleted: z.boolean(), usage: topicUsage }),
  }),
  recreate: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/topics/{topic}/recreate',
    tag: 'topics',
    summary:
      'Delete a topic and make it anew, empty, with the same size, configs and facts, under the policy; `confirm` repeats its name. Refused as deletion is, and where the policy would not let it be made',
    input: z.object({
      ...one,
      confirm: z.string().max(300).default(''),
      override: z.boolean().default(false),
      dryRun,
      reason,
    }),
    output: z.object({
      name: topicName,
      recreated: z.boolean(),
      partitions: z.number().int(),
      replicationFactor: z.number().int(),
      configs: configSet,
      usage: topicUsage,
      warnings: z.array(nameViolation),
      policyVersion: z.number().int(),
    }),
  }),
  configs: endpoint({
    method: 'PATCH',
    path: '/clusters/{cluster}/topics/{topic}/configs',
    tag: 'topics',
    summary:
      'Set single configs of a topic or give them back to the broker’s default, under the policy; dryRun asks the broker too',
    input: z.object({
      ...one,
      set: configSet.default({}),
      reset: z.array(configName).max(200).default([]),
      dryRun,
      reason,
    }),
    output: z.object({
      topic: topicName,
      applied: z.boolean(),
      changes: z.array(configChange),
      warnings: z.array(nameViolation),
      policyVersion: z.number().int(),
    }),
  }),
  partitions: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/topics/{topic}/partitions',
    tag: 'topics',
    summary: 'Raise the number of partitions to `count`: keys go to other partitions from then on',
    input: z.object({ ...one, count: z.number().int().min(1).max(100_000), dryRun, reason }),
    output: z.object({
      topic: topicName,
      applied: z.boolean(),
      before: z.number().int(),
      after: z.number().int(),
      /** Replicas that the brokers carry more. */
      replicasAdded: z.number().int(),
      warnings: z.array(nameViolation),
      policyVersion: z.number().int(),
    }),
  }),
  truncate: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/topics/{topic}/truncate',
    tag: 'topics',
    summary:
      'Delete the records before an offset, for good. `to`: `end`, `time:ISO` or `offset:N`; or `offsets` as a dry run answered them; `confirm` repeats the name',
    input: z.object({
      ...one,
      to: z.string().max(80).optional(),
      partitions: z.array(partitionId).max(10_000).optional(),
      offsets: z
        .array(z.strictObject({ partition: partitionId, offset: z.string().regex(/^\d{1,19}$/) }))
        .max(10_000)
        .optional(),
      confirm: z.string().max(300).default(''),
      dryRun,
      reason,
    }),
    output: z.object({
      topic: topicName,
      applied: z.boolean(),
      partitions: z.array(
        z.object({
          partition: z.number().int(),
          from: int64,
          /** Exclusive: the first offset that stays. */
          to: int64,
          records: int64,
          /** What the broker said of it; null: done, or not asked yet. */
          code: z.string().nullable(),
        }),
      ),
      records: int64,
      /** Of a dry run over a dead-letter topic. */
      letters: goingLetters.optional(),
      sampledAt: instant,
    }),
  }),
}
