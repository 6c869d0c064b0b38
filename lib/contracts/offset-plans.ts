import * as z from 'zod'
import { clusterId, groupId, instant, int64, problem, topicName } from './common'
import { endpoint } from './endpoint'

/** What a plan says of one partition beside its numbers; a closed list. */
export const offsetWarning = z.enum([
  /** What was asked for lies outside the log: the nearest end is taken. */
  'clamped',
  /** Nothing was written at or after that time: the end is taken. */
  'noRecordAfter',
  /** Shifting needs a commit, and there is none: left as it is. */
  'noCommit',
  /** The other group, or the file, says nothing of it: left as it is. */
  'notGiven',
  /** A transaction is open before the end. */
  'openTransaction',
  /** The commit lies below the log's start: what was there is gone. */
  'dataLost',
  /** The commit lies behind the log's end, which never held it: what was read of this log is not known. */
  'beyondEnd',
  /** Compacted: the span of offsets is no count of records. */
  'compacted',
])
export type OffsetWarning = z.output<typeof offsetWarning>

const sample = z.object({
  offset: int64,
  timestamp: instant.nullable(),
  key: z.string().nullable(),
  value: z.string().nullable(),
})

export const offsetPlanRow = z.object({
  topic: topicName,
  partition: z.number().int(),
  /** Committed now; null is 'no commit'. */
  before: int64.nullable(),
  /** What will be committed; null: nothing is changed here. */
  after: int64.nullable(),
  logStart: int64.nullable(),
  end: int64.nullable(),
  /**
   * Offsets that the group will never read, and those that it reads again; null without a commit in this log to
   * compare with.
   */
  skipped: int64.nullable(),
  repeated: int64.nullable(),
  warnings: z.array(offsetWarning),
  /**
   * The next record that would have been read, and the next that will be; null where there is none or it was
   * not looked at.
   */
  sampleBefore: sample.nullable(),
  sampleAfter: sample.nullable(),
  problem: problem.nullable(),
})
export type OffsetPlanRow = z.output<typeof offsetPlanRow>

export const offsetOutcome = z.object({
  topic: topicName,
  partition: z.number().int(),
  /** What is committed now, as far as this change knows; null: no commit. */
  offset: int64.nullable(),
  ok: z.boolean(),
  problem: problem.nullable(),
})
export type OffsetOutcome = z.output<typeof offsetOutcome>

const offsetPlanState = z.enum([
  'planned',
  'applying',
  'applied',
  'partial',
  'failed',
  'undone',
  'undo-partial',
  'expired',
])

const head = {
  id: z.string(),
  group: groupId,
  to: z.string(),
  state: offsetPlanState,
  by: z.string(),
  createdAt: instant,
  expiresAt: instant,
  appliedAt: instant.nullable(),
  appliedBy: z.string().nullable(),
  undoneAt: instant.nullable(),
  reason: z.string().nullable(),
  partitions: z.number().int(),
  changed: z.number().int(),
  skipped: int64,
  repeated: int64,
}

export const offsetPlanSummary = z.object(head)
export type OffsetPlanSummary = z.output<typeof offsetPlanSummary>

export const offsetPlan = z.object({
  ...head,
  /** Kafka's word at the time of planning. */
  groupState: z.string(),
  /** Members hold the group: it can be planned but not applied. */
  active: z.boolean(),
  members: z.number().int(),
  rows: z.array(offsetPlanRow),
  /** By partition, once it was applied. */
  outcome: z.array(offsetOutcome).nullable(),
  undo: z.array(offsetOutcome).nullable(),
})
export type OffsetPlan = z.output<typeof offsetPlan>

const one = { cluster: clusterId, group: groupId }
const plan = { ...one, plan: z.string().min(1).max(64) }
const base = '/clusters/{cluster}/groups/{group}'
const reason = z.string().max(500).optional()
const dryRun = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .transform(v => v === true || v === 'true')
  .default(false)

const removal = z.object({
  dryRun: z.boolean(),
  /** It was, or with `dryRun` it could be. */
  done: z.boolean(),
  /** Why not, in words of the error list; null where nothing stands against it. */
  problem: problem.nullable(),
  partitions: z.array(offsetOutcome),
})
export type Removal = z.output<typeof removal>

export const offsetPlans = {
  create: endpoint({
    method: 'POST',
    path: `${base}/offset-plans`,
    tag: 'groups',
    summary: 'Plans new offsets and changes nothing: before, after, skipped, repeated, samples at both ends',
    status: 201,
    input: z.object({
      ...one,
      /** earliest, latest, offset:N, time:ISO, shift:±N, duration:PT1H, group:NAME, csv */
      to: z.string().min(1).max(33_000),
      /** All that the group committed on when not given. */
      topics: z.array(topicName).max(1000).optional(),
      /** A number holds for every topic that is picked. */
      partitions: z
        .array(
          z.union([
            z.number().int().min(0).max(2_147_483_647),
            z.object({ topic: topicName, partition: z.number().int().min(0).max(2_147_483_647) }),
          ]),
        )
        .max(20_000)
        .optional(),
      /** `topic,partition,offset` a line, for `to: "csv"`. */
      csv: z.string().max(900_000).optional(),
      reason,
    }),
    output: offsetPlan,
  }),
  list: endpoint({
    method: 'GET',
    path: `${base}/offset-plans`,
    tag: 'groups',
    summary: 'Plans of a group, the newest first: what was applied can be undone',
    input: z.object({ ...one, limit: z.coerce.number().int().min(1).max(100).default(20) }),
    output: z.object({ items: z.array(offsetPlanSummary) }),
  }),
  get: endpoint({
    method: 'GET',
    path: `${base}/offset-plans/{plan}`,
    tag: 'groups',
    summary: 'One plan with its rows and what came of it',
    input: z.object(plan),
    output: offsetPlan,
  }),
  apply: endpoint({
    method: 'POST',
    path: `${base}/offset-plans/{plan}/apply`,
    tag: 'groups',
    summary: 'Applies a plan while the group has no members; answers by partition',
    input: z.object({ ...plan, reason }),
    output: offsetPlan,
  }),
  undo: endpoint({
    method: 'POST',
    path: `${base}/offset-plans/{plan}/undo`,
    tag: 'groups',
    summary: 'Sets back what a plan changed, where nobody has committed since (or with `force`)',
    input: z.object({ ...plan, force: z.boolean().default(false), reason }),
    output: offsetPlan,
  }),
  removeGroup: endpoint({
    method: 'DELETE',
    path: base,
    tag: 'groups',
    summary: 'Deletes a group without members, with all its offsets; `confirm` repeats its name',
    input: z.object({ ...one, confirm: groupId.optional(), dryRun }),
    output: removal,
  }),
  removeOffsets: endpoint({
    method: 'DELETE',
    path: `${base}/offsets`,
    tag: 'groups',
    summary: "Deletes a group's offsets of one topic that it does not subscribe to",
    input: z.object({ ...one, topic: topicName, confirm: topicName.optional(), dryRun }),
    output: removal,
  }),
  removeMember: endpoint({
    method: 'DELETE',
    path: `${base}/members/{instance}`,
    tag: 'groups',
    summary: 'Takes a static member (by its instance id) out of a group',
    input: z.object({ ...one, instance: z.string().min(1).max(1000), dryRun }),
    output: removal,
  }),
}
