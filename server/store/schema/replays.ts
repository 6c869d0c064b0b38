import { bigint, boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytes } from './columns.ts'

/** A dry run that may be run as it stands until it expires. */
export const replayPlan = pgTable(
  'replay_plan',
  {
    id: text().primaryKey(),
    cluster: text().notNull(),
    by: text().notNull(),
    hash: text().notNull(),
    createdAtMs: bigint('created_at_ms', { mode: 'number' }).notNull(),
    expiresAtMs: bigint('expires_at_ms', { mode: 'number' }).notNull(),
    /** JSON: the request as it was parsed. */
    request: text().notNull(),
    /** JSON: the plan as it was answered. */
    plan: text().notNull(),
    /** Packed selection: record by record what to do with it. */
    records: bytes().notNull(),
  },
  table => [index('replay_plan_expires').on(table.expiresAtMs)],
)

/** A replay job. The truth of exactly-once is in Kafka's ledger; this mirrors it. */
export const replay = pgTable(
  'replay',
  {
    id: text().primaryKey(),
    cluster: text().notNull(),
    planId: text('plan_id'),
    state: text({
      enum: [
        'draft',
        'awaiting-approval',
        'running',
        'paused',
        'stopped',
        'completed',
        'partial',
        'cancelled',
        'failed',
      ],
    }).notNull(),
    stateReason: text('state_reason'),
    /** JSON: what fills the words of the reason. */
    stateParams: text('state_params'),
    sourceTopic: text('source_topic').notNull(),
    sourceTopicId: text('source_topic_id'),
    /** JSON: `[{topic, records}]`. */
    targets: text().notNull(),
    /** JSON: options of the request (partitioning, timestamp, guarantee, again, ...). */
    options: text().notNull(),
    ratePerSecond: integer('rate_per_second'),
    guarantee: text({ enum: ['exactly-once', 'at-least-once'] }).notNull(),
    again: boolean().notNull(),
    kind: text({ enum: ['replay', 'copy'] })
      .notNull()
      .default('replay'),
    /** Where the canary stands; null: none, or not there yet. */
    canaryState: text('canary_state', { enum: ['waiting', 'passed'] }),
    approvedBy: text('approved_by'),
    schedule: text(),
    reason: text(),
    by: text().notNull(),
    createdAtMs: bigint('created_at_ms', { mode: 'number' }).notNull(),
    startedAtMs: bigint('started_at_ms', { mode: 'number' }),
    finishedAtMs: bigint('finished_at_ms', { mode: 'number' }),
    selected: integer().notNull(),
    replayed: integer().notNull().default(0),
    refused: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    cancelled: integer().notNull().default(0),
    unknown: integer().notNull().default(0),
  },
  table => [
    index('replay_cluster_created').on(table.cluster, table.createdAtMs),
    index('replay_state').on(table.state),
  ],
)

/** What became of each record, a thousand to a row. */
export const replayRecord = pgTable(
  'replay_record',
  {
    replay: text()
      .notNull()
      .references(() => replay.id, { onDelete: 'cascade' }),
    chunk: integer().notNull(),
    count: integer().notNull(),
    /** JSON, packed by server/replays. */
    packed: text().notNull(),
  },
  table => [primaryKey({ columns: [table.replay, table.chunk] })],
)

/** A group to be replayed at a time, or letters by rule; runs with the rights of whoever saved it. */
export const replaySchedule = pgTable(
  'replay_schedule',
  {
    id: text().primaryKey(),
    cluster: text().notNull(),
    name: text().notNull(),
    enabled: boolean().notNull(),
    /** JSON: what is replayed, and when. */
    body: text().notNull(),
    by: text().notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
    /** When it was switched on last: a rule takes what died since. */
    enabledAtMs: bigint('enabled_at_ms', { mode: 'number' }),
    lastRunMs: bigint('last_run_ms', { mode: 'number' }),
    lastReplay: text('last_replay'),
    /** Why it switched itself off: a code. */
    problem: text(),
  },
  table => [index('replay_schedule_cluster').on(table.cluster)],
)
