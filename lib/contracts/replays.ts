import * as z from 'zod'
import { clusterId, instant, int64, offsetParam, page, pageInput, topicName } from './common'
import { headerRole } from './dead-letters'
import { endpoint, streamEndpoint } from './endpoint'

/** semantics.md, "Closed lists". */
export const replayState = z.enum([
  'draft',
  'awaiting-approval',
  'running',
  'paused',
  'stopped',
  'completed',
  'partial',
  'cancelled',
  'failed',
])
export type ReplayState = z.output<typeof replayState>
export const outcome = z.enum(['replayed', 'refused', 'failed', 'cancelled', 'unknown', 'remaining'])
export type Outcome = z.output<typeof outcome>

/** Why a record is refused: a closed list, words by `replays.refusal.<code>`. */
export const refusal = z.enum([
  'already-replayed',
  'loop-limit',
  'target-missing',
  'target-is-dead-letter',
  'target-denied',
  'origin-unknown',
  'record-expired',
  'too-large',
  'duplicate-origin',
  'pointer-expired',
  'timestamp-rejected',
])
export type Refusal = z.output<typeof refusal>

/** What a person should know before a plan runs: a closed list, words by `replays.warning.<code>`. */
export const planWarning = z.enum([
  'compacted-target',
  'log-append-time',
  'timestamp-expires',
  'retry-timestamp',
  'partition-changed',
  'source-headers-lost',
  'ledger-retention',
  'groups-incomplete',
  'index-incomplete',
])

const recordRef = z.object({ partition: z.number().int().min(0), offset: offsetParam })

/** Strict, all of it: a mistyped `records` that is dropped would leave the whole topic selected, a `target.cluster` this cluster. */
const selection = z.strictObject({
  topic: topicName,
  records: z.array(recordRef.strict()).max(10_000).optional(),
  fingerprint: z.string().max(100).optional(),
  from: z.string().max(80).optional(),
  until: z.string().max(80).optional(),
})

const target = z.strictObject({
  kind: z.enum(['origin', 'topic']),
  topic: topicName.optional(),
})

const replayOptions = {
  selection: selection.optional(),
  target: target.default({ kind: 'origin' }),
  partitioning: z.enum(['origin', 'key']).default('origin'),
  timestamp: z.enum(['now', 'keep']).default('now'),
  guarantee: z.enum(['exactly-once', 'at-least-once']).default('exactly-once'),
  ratePerSecond: z.number().positive().max(100_000).optional(),
  /** Replay again what was replayed already; needs a reason. */
  again: z.boolean().default(false),
  reason: z.string().max(1000).optional(),
}

const replayCounts = z.object({
  selected: z.number().int(),
  replayed: z.number().int(),
  refused: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
  unknown: z.number().int(),
  remaining: z.number().int(),
})

export const replay = replayCounts.extend({
  id: z.string(),
  cluster: clusterId,
  state: replayState,
  /** Why it stopped or failed: a code. */
  stateReason: z.string().nullable(),
  sourceTopic: topicName,
  targets: z.array(z.object({ topic: topicName, records: z.number().int() })),
  ratePerSecond: z.number().nullable(),
  guarantee: z.enum(['exactly-once', 'at-least-once']),
  reason: z.string().nullable(),
  by: z.string(),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
})
export type Replay = z.output<typeof replay>

export const headerDiff = z.object({
  record: recordRef,
  headers: z.array(
    z.object({
      name: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
      role: headerRole,
    }),
  ),
})

/** A dry run's answer: nothing is written, `POST /replays {planId}` runs exactly this for 30 minutes. */
export const replayPlan = z.object({
  planId: z.string(),
  hash: z.string(),
  expiresAt: instant,
  selected: z.number().int(),
  replayable: z.number().int(),
  refused: z.number().int(),
  sourceTopic: topicName,
  targets: z.array(
    z.object({
      topic: topicName,
      records: z.number().int(),
      partitions: z.array(z.object({ partition: z.number().int(), records: z.number().int() })),
      compacted: z.boolean(),
    }),
  ),
  refusals: z.array(
    z.object({
      reason: refusal,
      count: z.number().int(),
      samples: z.array(recordRef.extend({ params: z.record(z.string(), z.union([z.string(), z.number()])) })),
    }),
  ),
  /** Groups that read a target: `failing` is the one the letters came from, the others will process them again. */
  affectedGroups: z.array(
    z.object({
      group: z.string(),
      state: z.string(),
      topic: topicName,
      failing: z.boolean(),
      lag: int64.nullable(),
    }),
  ),
  headerDiffs: z.array(headerDiff),
  warnings: z.array(
    z.object({ code: planWarning, params: z.record(z.string(), z.union([z.string(), z.number()])) }),
  ),
  bytes: int64,
  guarantee: z.enum(['exactly-once', 'at-least-once']),
  ledger: z.object({
    topic: topicName,
    state: z.enum(['ready', 'will-be-created', 'unavailable']),
    reason: z.string().nullable(),
  }),
})
export type ReplayPlan = z.output<typeof replayPlan>

export const replayRecord = z.object({
  partition: z.number().int(),
  offset: int64,
  outcome,
  /** A refusal or an error code. */
  reason: z.string().nullable(),
  target: z.object({ topic: topicName, partition: z.number().int(), offset: int64.nullable() }).nullable(),
  at: instant.nullable(),
})
export type ReplayRecord = z.output<typeof replayRecord>

const one = { cluster: clusterId, replay: z.string().max(64) }

const control = (verb: 'pause' | 'resume' | 'cancel', summary: string) =>
  endpoint({
    method: 'POST',
    path: `/clusters/{cluster}/replays/{replay}/${verb}`,
    tag: 'replays',
    summary,
    input: z.object(one),
    output: replay,
  })

export const replays = {
  create: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/replays',
    tag: 'replays',
    summary:
      'Dry run (`dryRun: true` answers a plan), or run: a plan by its id, or a selection if nothing is refused',
    status: 201,
    input: z.object({
      cluster: clusterId,
      planId: z.string().max(64).optional(),
      dryRun: z.boolean().default(false),
      ...replayOptions,
    }),
    output: z.union([z.object({ plan: replayPlan }), z.object({ replay })]),
  }),
  list: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/replays',
    tag: 'replays',
    summary: 'Replays, running first, then newest',
    input: z.object({ cluster: clusterId, state: replayState.optional(), ...pageInput }),
    output: page(replay),
  }),
  get: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/replays/{replay}',
    tag: 'replays',
    summary: 'One replay',
    input: z.object(one),
    output: replay,
  }),
  records: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/replays/{replay}/records',
    tag: 'replays',
    summary: 'What became of each record',
    input: z.object({ ...one, outcome: outcome.optional(), ...pageInput }),
    output: page(replayRecord),
  }),
  events: streamEndpoint({
    path: '/clusters/{cluster}/replays/{replay}/events',
    tag: 'replays',
    summary: 'Progress until it ends',
    input: z.object(one),
    events: { replay, done: z.object({ state: replayState }) },
  }),
  pause: control('pause', 'Pause after the running transaction'),
  resume: control('resume', 'Go on'),
  cancel: control('cancel', 'Stop for good; what is replayed stays replayed'),
}
