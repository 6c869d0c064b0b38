import * as z from 'zod'
import { clusterId, flag, instant, int64, partitionId, problem, topicName } from './common'
import { decodeFailureCode, decodeFailureParams } from './decode-failure'
import { filterWhy, filterWhyParams } from './filter-why'

/** `newest`, `oldest`, `offset:N`, `time:ISO`, and `last:N`: N offsets before the end of each partition. */
export const position = z
  .string()
  .regex(/^(newest|oldest|offset:\d{1,19}|last:\d{1,10}|time:\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d))$/)

export const pageEnd = z.enum(['end', 'limit', 'budget', 'cancelled'])

/**
 * Whose bytes a search used up, where its end is `budget` by `bytes`: its own, or all that one person, or one
 * cluster, has in an hour.
 */
export const readBudget = z.object({
  of: z.enum(['search', 'user', 'cluster']),
  /** From when on going on is worth it; null: at once. */
  freeAt: instant.nullable(),
})
export type ReadBudget = z.output<typeof readBudget>

const isolation = z.enum(['read_committed', 'read_uncommitted'])

/** Who chose the partition of a key; `all` asks every partition. */
export const partitioner = z.enum(['java', 'kafkajs', 'kafkajs-legacy', 'librdkafka', 'all'])
export type Partitioner = z.output<typeof partitioner>

const recordPart = z.enum(['key', 'value', 'headers'])
export type RecordPart = z.output<typeof recordPart>

/** Longest filter and longest text to search for; both are checked again where they are compiled. */
export const FILTER_CHARS_MAX = 4096

/** What a record must be to count; everything that is given must hold. */
export const recordFilter = {
  /** Exactly this key. */
  key: z.string().max(FILTER_CHARS_MAX).optional(),
  keyAs: z.enum(['text', 'hex', 'base64']).default('text'),
  partitioner: partitioner.default('java'),
  /** These bytes somewhere in key, value or a header (`in` narrows that). */
  contains: z.string().min(1).max(FILTER_CHARS_MAX).optional(),
  containsAs: z.enum(['text', 'hex']).default('text'),
  in: z.array(recordPart).max(3).optional(),
  /** Slower: compares decoded text. */
  ignoreCase: flag.default(false),
  /** `name=value`: a header that equals; `name`: one that is there. All of them must hold. */
  header: z.array(z.string().min(1).max(FILTER_CHARS_MAX)).max(20).optional(),
  /** CEL over `key, value, headers, partition, offset, timestamp, size, topic`. */
  filter: z.string().min(1).max(FILTER_CHARS_MAX).optional(),
}

/** The part of a log that is read. */
export const logRange = {
  from: position.default('newest'),
  until: position.optional(),
  order: z.enum(['asc', 'desc']).optional(),
  partition: z.array(partitionId).optional(),
  /** Carries a position for each partition: some 1,500 of them fit. */
  cursor: z.string().max(12_288).optional(),
  isolation: isolation.default('read_committed'),
  /**
   * Show records of aborted transactions too, marked `aborted`. With `read_uncommitted` so are those of open
   * transactions, marked `undecided` as is every transactional record behind the last stable offset.
   * `read_uncommitted` alone marks no aborted ones.
   */
  aborted: flag.default(false),
}

export const topicPath = { cluster: clusterId, topic: topicName }

/** A producer's unfinished transaction: read-committed readers see nothing behind its first record until it ends. */
export const openTransaction = z.object({
  partition: z.number().int(),
  /** Where it began: the last stable offset. */
  firstOffset: int64,
  /** Offsets behind it that wait. */
  held: int64,
  producerId: int64.nullable(),
  /** null: the cluster does not say. */
  transactionalId: z.string().nullable(),
  /** When its last record was written. */
  lastWriteAt: instant.nullable(),
})
export type OpenTransaction = z.output<typeof openTransaction>

export const partitionRange = z.object({
  topic: topicName.optional(),
  partition: z.number().int(),
  firstOffset: int64,
  lastStableOffset: int64,
  highWatermark: int64,
})

/** Where the hits lie in time: `counts[i]` between `start + i * bucketMs` and the next. */
export const histogram = z.object({
  start: instant,
  bucketMs: z.number().int(),
  counts: z.array(z.number().int()),
})
export type Histogram = z.output<typeof histogram>

/**
 * Records that a filter could not judge (a number that would lose digits, a value that does not decode):
 * never a silent no.
 */
export const evaluationErrors = z.object({
  count: z.number().int(),
  /** The first few. */
  samples: z.array(
    z.object({
      topic: topicName,
      partition: z.number().int(),
      offset: int64,
      reason: z.string(),
      /** As of a payload, where the record could not be decoded. */
      errorCode: decodeFailureCode.optional(),
      errorParams: decodeFailureParams.optional(),
      /** Of what the filter stumbled over in a record that was decoded. */
      why: filterWhy.optional(),
      params: filterWhyParams.optional(),
    }),
  ),
})
export type EvaluationErrors = z.output<typeof evaluationErrors>

/** What a running search tells, a few times a second. */
const counters = {
  /** Records looked at, and their bytes as fetched. */
  scanned: z.number().int(),
  bytes: z.number().int(),
  hits: z.number().int(),
  percent: z.number(),
  recordsPerSecond: z.number(),
  bytesPerSecond: z.number(),
  elapsedMs: z.number().int(),
}

/** A live tail: what a `problem` of this scope and code was about is read again, from where it stopped. */
const recoveredPart = problem.pick({ scope: true, code: true })
export type RecoveredPart = z.output<typeof recoveredPart>

export const searchEvents = {
  /** All places are taken: `place` 1 is next. */
  queued: z.object({ place: z.number().int(), running: z.number().int() }),
  started: z.object({
    order: z.enum(['asc', 'desc']),
    ranges: z.array(partitionRange),
    /** A key was looked up in the one partition that the partitioner gives; null: all selected ones. */
    keyPartition: z.number().int().nullable(),
    openTransactions: z.array(openTransaction),
  }),
  progress: z.object({
    ...counters,
    etaMs: z.number().int().nullable(),
    /** Time up to which the search has come, from the records it passed. */
    at: instant.nullable(),
    /** The one partition had no such key: all others are looked at now. */
    allPartitions: z.boolean(),
    histogram: histogram.nullable(),
    errors: z.number().int(),
  }),
  /** A live tail that the reader can't keep up with: so many hits were left out since the last event. */
  skipped: z.object({ records: z.number().int() }),
  problem,
  recovered: recoveredPart,
  done: z.object({
    ...counters,
    reason: pageEnd,
    /** `bytes time records denied`. */
    detail: z.string().nullable(),
    budget: readBudget.optional(),
    /** Goes on where this ended; null when nothing is left. */
    next: z.string().nullable(),
    histogram: histogram.nullable(),
    evaluationErrors,
    problems: z.array(problem),
  }),
}

/** What is wrong with a filter; in a refused request `FILTER_` stands before it. */
export const filterFault = z.enum([
  'SYNTAX',
  'UNKNOWN_NAME',
  'TYPE',
  'NOT_A_CONDITION',
  'TOO_COSTLY',
  'PATTERN',
])

/** A filter as it is typed: what is wrong with it and where, or what it needs. */
export const filterCheck = z.object({
  valid: z.boolean(),
  error: z
    .object({
      code: filterFault,
      message: z.string(),
      /** Both count from 1, in characters of the filter. */
      line: z.number().int(),
      column: z.number().int(),
      length: z.number().int(),
      /** What exactly, where `message` is not all there is. */
      why: filterWhy.optional(),
      params: filterWhyParams.optional(),
    })
    .nullable(),
  /** Texts that every hit must contain: where there is one, raw bytes are tested before anything is decoded. */
  literals: z.array(z.string()),
})
export type FilterCheck = z.output<typeof filterCheck>

/** Fields seen in the newest records, for completing a filter as it is typed. */
export const seenFields = z.object({
  records: z.number().int(),
  fields: z.array(
    z.object({
      /** As a filter says it: `value.customer.id`, `headers["x-trace"]`. */
      path: z.string(),
      types: z.array(z.enum(['string', 'int', 'double', 'bool', 'null', 'list', 'map', 'bytes'])),
      /** Share of the records that have it, 0 to 1. */
      share: z.number(),
      examples: z.array(z.string()),
    }),
  ),
})

/** A manifest of one export: what was asked, what went out, whether that was all. */
export const exportManifest = z.object({
  id: z.string(),
  cluster: clusterId,
  topic: topicName,
  by: z.string(),
  asked: z.record(z.string(), z.unknown()),
  startedAt: instant,
  finishedAt: instant.nullable(),
  state: z.enum(['running', 'complete', 'broken']),
  reason: pageEnd.nullable(),
  /** 1, and one more for each time it went on. All counts are of the parts together. */
  parts: z.number().int(),
  records: z.number().int(),
  /** Before compression by gzip. */
  bytes: z.number().int(),
  sha256: z.string().nullable(),
  ranges: z.array(z.object({ partition: z.number().int(), from: int64, until: int64 })),
  evaluationErrors: z.number().int(),
  problems: z.array(problem),
})

export const viewName = z.string().trim().min(1).max(100)
/** Filters, columns and their order as data; the browser's own URL parameters, so that a view is a link. */
export const savedView = z.object({
  id: z.string(),
  name: viewName,
  cluster: clusterId,
  topic: topicName,
  query: z.record(z.string().max(64), z.array(z.string().max(FILTER_CHARS_MAX)).max(100)),
  /** Everybody who may read the topic sees it; else only who made it. */
  shared: z.boolean(),
  mine: z.boolean(),
  by: z.string(),
  updatedAt: instant,
})
export type SavedView = z.output<typeof savedView>
