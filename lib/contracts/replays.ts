import * as z from 'zod'
import { clusterId, instant, int64, page, pageInput, topicName } from './common'
import { headerRole } from './dead-letters'
import { endpoint, streamEndpoint } from './endpoint'
import { canary, fieldRule, headerRule, recordRef, replayOptions, stopWhen } from './replay-request'

/** `stopped`: by a rule of its own, which `stateReason` names. */
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
/** Why a replay stopped or waits by its own rules; other reasons are codes of lib/errors. */
export const stateReason = z.enum([
  'STOP_FAILURES',
  'STOP_FAILURE_RATE',
  'STOP_TARGET_LAG',
  'STOP_NEW_LETTERS',
  'CANARY_DIED',
  'CANARY_TIMED_OUT',
  'CANARY_PASSED',
  'DECLINED',
])
export const outcome = z.enum(['replayed', 'refused', 'failed', 'cancelled', 'unknown', 'remaining'])
export type Outcome = z.output<typeof outcome>

/** Why a record is refused: a closed list, words by `replays.refusal.<code>`. */
export const refusal = z.enum([
  'already-replayed',
  /** Sent by a replay that has no ledger: it is there at least once. */
  'replayed-at-least-once',
  /** Sent by such a replay, and nobody heard whether it arrived. */
  'outcome-unknown',
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
  'source-expired',
  'no-retry-topic',
  'edit-failed',
  'dropped',
])
export type Refusal = z.output<typeof refusal>

/**
 * Why an edit does not fit a record (`problem` of the refusal `edit-failed`): a closed list, words by
 * `replay-edits.problem.<code>`. `unreadable`: its schema can't be had, or the bytes don't fit it;
 * `schema-mismatch`: what the edit makes does not fit; `lossy`: written again unchanged its bytes would
 * already differ; `wrapped`: compressed inside the record.
 */
export const editProblem = z.enum([
  'not-json',
  'not-an-object',
  'exists',
  'unreadable',
  'schema-mismatch',
  'lossy',
  'wrapped',
])
export type EditProblem = z.output<typeof editProblem>

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
  'other-cluster',
  'canary-without-group',
  'edit-changes-nothing',
  /** `field` holds a value of the kind `before` in `records` and gets one of the kind `after`. */
  'edit-changes-kind',
  'earlier-replays-unread',
])

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
  /** Where and what: fills the words of the code. */
  stateParams: z.record(z.string(), z.union([z.string(), z.number()])).nullable(),
  /** Replays that hold the partitions it would work on; empty while it works itself. */
  waitsFor: z.array(z.string()),
  /**
   * Each process that runs replays of its cluster now runs as many as it may; it begins when one of them ends, or
   * when a process that runs none yet takes it.
   */
  waitsForPlace: z.boolean(),
  sourceTopic: topicName,
  targets: z.array(z.object({ topic: topicName, records: z.number().int() })),
  ratePerSecond: z.number().nullable(),
  bytesPerSecond: z.number().nullable(),
  kind: z.enum(['replay', 'copy']),
  /** Another cluster that it writes to; null: its own. */
  targetCluster: clusterId.nullable(),
  canary: canary.extend({ state: z.enum(['ahead', 'waiting', 'passed']) }).nullable(),
  stopWhen: stopWhen.nullable(),
  edited: z.boolean(),
  guarantee: z.enum(['exactly-once', 'at-least-once']),
  reason: z.string().nullable(),
  by: z.string(),
  approvedBy: z.string().nullable(),
  /** By which schedule; null: by a person. */
  schedule: z.string().nullable(),
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

/** What an edit makes of one record: texts are cut; null is no key, no value. */
const editDiff = z.object({
  record: recordRef,
  key: z.object({ before: z.string().nullable(), after: z.string().nullable() }).nullable(),
  value: z.object({ before: z.string().nullable(), after: z.string().nullable() }).nullable(),
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
  edits: z
    .object({ changed: z.number().int(), unchanged: z.number().int(), samples: z.array(editDiff) })
    .nullable(),
  needsApproval: z.boolean(),
  targetCluster: clusterId.nullable(),
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

/** How the groups that failed get on with what was replayed, and what of it is back among the dead letters. */
export const replayProgress = z.object({
  /** Over the last ten seconds; null: not running here. */
  recordsPerSecond: z.number().nullable(),
  etaMs: z.number().nullable(),
  groups: z.array(
    z.object({
      group: z.string(),
      failing: z.boolean(),
      /** Replayed records that it has passed, and those still before it. */
      passed: z.number().int(),
      waiting: z.number().int(),
      lag: int64.nullable(),
    }),
  ),
  returned: z.object({
    count: z.number().int(),
    /** The dead letters were read to their end. */
    complete: z.boolean(),
    samples: z.array(recordRef.extend({ topic: topicName, source: z.string().nullable() })),
  }),
  /** New dead letters of the same groups since its plan was made, returned ones among them. */
  newLetters: z.number().int(),
  /** When its plan was made; null: of an older version. */
  newLettersSince: instant.nullable(),
  at: instant,
})
export type ReplayProgress = z.output<typeof replayProgress>

const one = { cluster: clusterId, replay: z.string().max(64) }

const control = (verb: 'pause' | 'resume' | 'cancel' | 'approve', summary: string) =>
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
    /** A plan has a `planId`, a replay an `id`. */
    output: z.union([replayPlan, replay]),
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
  approve: control('approve', 'Let a replay of somebody else run'),
  decline: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/replays/{replay}/decline',
    tag: 'replays',
    summary: 'Refuse a replay that waits for approval, with a reason',
    input: z.object({ ...one, reason: z.string().trim().min(1).max(1000) }),
    output: replay,
  }),
  edit: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/replays/{replay}/edit',
    tag: 'replays',
    summary: 'The rules of its edit, and what they make of its first records',
    input: z.object(one),
    output: z.object({
      /** null: nothing is edited. `key`, `value`: replaced as a whole. */
      rules: z
        .object({
          fields: z.array(fieldRule),
          headers: z.array(headerRule),
          key: z.boolean(),
          value: z.boolean(),
        })
        .nullable(),
      samples: z.array(editDiff),
      headerDiffs: z.array(headerDiff),
    }),
  }),
  progress: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/replays/{replay}/progress',
    tag: 'replays',
    summary: 'Pace, groups catching up, and records that came back dead',
    input: z.object(one),
    output: replayProgress,
  }),
  report: endpoint({
    kind: 'bytes',
    method: 'GET',
    path: '/clusters/{cluster}/replays/{replay}/report',
    tag: 'replays',
    summary: 'Every record and what became of it, as a file',
    input: z.object({ ...one, format: z.enum(['csv', 'ndjson', 'json']).default('csv') }),
    output: z.object({ bytes: z.instanceof(Uint8Array).nullable(), filename: z.string() }),
  }),
}
