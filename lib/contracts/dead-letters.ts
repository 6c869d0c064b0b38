import * as z from 'zod'
import {
  clusterId,
  flag,
  groupId,
  instant,
  int64,
  offsetParam,
  page,
  pageInput,
  partitionId,
  problem,
  topicName,
} from './common'
import { endpoint } from './endpoint'
import { message } from './messages'

export const family = z.enum([
  'spring',
  'spring-retry',
  'connect',
  'streams',
  'share',
  'cloud-stream',
  'smallrye',
  'watermill',
  'generic',
  'unknown',
])
export type Family = z.output<typeof family>

/** What people and replays made of an issue; `refailed`: letters of it came again after they were replayed. */
export const issueStatus = z.enum([
  'new',
  'acknowledged',
  'replaying',
  'replayed',
  'refailed',
  'resolved',
  'archived',
])
export type IssueStatus = z.output<typeof issueStatus>

/** What the headers say; what they do not say is null. */
const origin = z.object({
  topic: z.string().nullable(),
  partition: z.number().int().nullable(),
  offset: int64.nullable(),
  timestamp: instant.nullable(),
})

const exceptionInfo = z.object({
  class: z.string().nullable(),
  rootCause: z.string().nullable(),
  /** Wrappers stripped. */
  message: z.string().nullable(),
  stackTrace: z.string().nullable(),
})

export const headerRole = z.enum(['strip', 'keep', 'add', 'replace'])

const replayMark = z.object({
  replay: z.string(),
  at: instant,
  target: z.object({ topic: topicName, partition: z.number().int(), offset: int64.nullable() }),
  count: z.number().int(),
  guarantee: z.enum(['exactly-once', 'at-least-once']),
  /** It was sent without a ledger, and nobody heard whether it arrived. */
  unknown: z.boolean(),
})

/** What a reader should know of a letter; said in full at `Note` of lib/dead-letter. */
export const deadLetterNote = z.enum([
  'pointer',
  'source-headers-lost',
  'internal-origin',
  'key-deserialisation',
  'value-deserialisation',
  'exception-serialised',
  'headers-cut',
])
export type DeadLetterNote = z.output<typeof deadLetterNote>

export const deadLetter = z.object({
  topic: topicName,
  message,
  family,
  origin,
  exception: exceptionInfo,
  consumerGroup: z.string().nullable(),
  attempts: z.number().int().nullable(),
  /** As far as headers and the family's own way of writing say: a time that nothing says is null. */
  firstFailure: instant.nullable().optional(),
  lastFailure: instant.nullable().optional(),
  /** Oldest first; the last is the latest. */
  hops: z.array(origin),
  notes: z.array(deadLetterNote).optional(),
  /**
   * What else the family says, in its own words: connector, task, stage, component, handler, subscriber,
   * cause, failedAt.
   */
  facts: z.record(z.string(), z.string()).optional(),
  fingerprint: z.string(),
  status: issueStatus,
  /** Every replay of this record that the ledger knows, and the last one without a ledger. */
  replays: z.array(replayMark),
})
export type DeadLetter = z.output<typeof deadLetter>

/**
 * A row of the list, in the words of a dead letter: where its message lies and short previews; the whole has
 * an address of its own.
 */
export const deadLetterRow = z.object({
  topic: topicName,
  message: z.object({ partition: z.number().int(), offset: int64, timestamp: instant.nullable() }),
  family,
  key: z.string().nullable(),
  preview: z.string().nullable(),
  origin,
  exception: exceptionInfo.pick({ class: true, message: true }),
  consumerGroup: z.string().nullable(),
  attempts: z.number().int().nullable(),
  fingerprint: z.string(),
  status: issueStatus,
})
export type DeadLetterRow = z.output<typeof deadLetterRow>

export const deadLetterTopic = z.object({
  topic: topicName,
  /** How it was recognised. */
  by: z.enum(['name', 'headers', 'config']),
  families: z.array(family),
  originTopic: topicName.nullable(),
  /** Who says so: a person, the configuration, the letters' headers, the topic's name; null: nobody. */
  originBy: z.enum(['person', 'config', 'headers', 'name']).nullable().optional(),
  retryTopics: z.array(topicName),
  /** Consumer groups that its letters name, at most 20. */
  groups: z.array(z.string()).optional(),
  /** There are letters whose headers name no origin. */
  needsOrigin: z.boolean().optional(),
  records: int64.nullable(),
  last24h: z.number().int().nullable(),
  newest: instant.nullable(),
  /** When its oldest record goes by retention; null: never. */
  oldestExpiresAt: instant.nullable(),
  scannedAt: instant.nullable(),
  /** false: the index has not reached the end yet, or keeps only the newest. */
  complete: z.boolean(),
  /**
   * Letters that Kafka retains but the index leaves out, the oldest: there are more than it keeps. At most so
   * many.
   */
  leftOut: z.number().int().optional(),
  problem: problem.nullable(),
})
export type DeadLetterTopic = z.output<typeof deadLetterTopic>

/** Records grouped by fingerprint. */
export const deadLetterIssue = z.object({
  fingerprint: z.string(),
  status: issueStatus,
  exceptionClass: z.string().nullable(),
  /** Masked (`<n>`, `<uuid>`, ...). */
  message: z.string().nullable(),
  sampleMessage: z.string().nullable(),
  frames: z.array(z.string()),
  family,
  topic: topicName,
  topics: z.array(topicName),
  originTopic: topicName.nullable(),
  consumerGroup: z.string().nullable(),
  count: z.number().int(),
  /** Neither replayed nor dropped. */
  open: z.number().int(),
  /** Done without a replay, by a person's word. */
  dropped: z.number().int().optional(),
  /** Other fingerprints that a person merged into this one. */
  merged: z.array(z.string()).optional(),
  firstSeen: instant,
  lastSeen: instant,
  expiresAt: instant.nullable(),
  assignee: z.string().nullable(),
  /** 24 buckets of an hour, oldest first. */
  spark: z.array(z.number().int()),
  sample: z.object({ topic: topicName, partition: z.number().int(), offset: int64 }),
})
export type DeadLetterIssue = z.output<typeof deadLetterIssue>

export const deadLetters = {
  topics: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/dead-letters/topics',
    tag: 'dead-letters',
    summary: 'Dead-letter topics, found by name, headers or configuration',
    input: z.object({ cluster: clusterId }),
    output: z.object({
      items: z.array(deadLetterTopic),
      sampledAt: instant.nullable(),
      problems: z.array(problem),
    }),
  }),
  groups: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/dead-letters/groups',
    tag: 'dead-letters',
    summary: 'Issues: dead letters grouped by fingerprint, newest first',
    input: z.object({
      cluster: clusterId,
      topic: topicName.optional(),
      status: issueStatus.optional(),
      /** Only issues that wait for somebody: new, acknowledged, refailed. */
      unresolved: flag.optional(),
      assignee: z.string().max(100).optional(),
      /** Origin topics, part of the name. */
      origin: z.string().max(249).optional(),
      group: groupId.optional(),
      fingerprint: z.string().max(100).optional(),
      query: z.string().max(200).optional(),
      /** `recent`: most letters of the last two clock hours first. */
      sort: z.enum(['lastSeen', 'recent', 'count', 'firstSeen', 'expires']).default('lastSeen'),
      ...pageInput,
    }),
    output: page(deadLetterIssue).extend({
      topics: z.number().int(),
      complete: z.boolean(),
      byStatus: z.record(issueStatus, z.number().int()),
      /** Letters that are not yet replayed, over all that matched. */
      open: z.number().int().optional(),
      /** Issues with open letters whose oldest goes by retention within a day, whatever their status. */
      expiringSoon: z.number().int().optional(),
      /**
       * Letters of the last two clock hours, of issues that wait for somebody, and how many of these issues
       * grow (lib/dead-letter/trend).
       */
      recent: z.number().int().optional(),
      growing: z.number().int().optional(),
      /**
       * Letters that the index leaves out, the oldest of the topics that the caller may see, and how many it
       * keeps of a cluster (`deadLetters.maxLetters`); absent: none.
       */
      leftOut: z.object({ letters: z.number().int(), limit: z.number().int() }).optional(),
    }),
  }),
  records: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/dead-letters/records',
    tag: 'dead-letters',
    summary: 'Dead letters, newest first',
    input: z.object({
      cluster: clusterId,
      topic: topicName.optional(),
      fingerprint: z.string().max(100).optional(),
      status: issueStatus.optional(),
      ...pageInput,
    }),
    output: page(deadLetterRow).extend({ complete: z.boolean() }),
  }),
  record: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/dead-letters/records/{topic}/{partition}/{offset}',
    tag: 'dead-letters',
    summary: 'One dead letter, decoded, with what a replay would do to its headers',
    input: z.object({ cluster: clusterId, topic: topicName, partition: partitionId, offset: offsetParam }),
    output: deadLetter.extend({
      /** Application frames of the stack trace, and how many others were folded. */
      frames: z.array(z.object({ text: z.string(), application: z.boolean() })),
      /** By position in message.headers: what a replay does with it. */
      headerRoles: z.array(headerRole),
      originState: z.enum(['present', 'expired', 'unknown', 'denied']),
      /** The record that a pointer letter (share groups) points at, while it is `present`. */
      source: message.nullable().optional(),
      expiresAt: instant.nullable(),
      /** false: the ledger could not be asked, and `replays` says nothing. */
      replaysKnown: z.boolean().optional(),
    }),
  }),
}
