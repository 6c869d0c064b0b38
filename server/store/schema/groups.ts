import { bigint, index, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core'
import { bytes } from './columns.ts'

/** A plan of new offsets: before and after, kept for undo. */
export const offsetPlan = pgTable(
  'offset_plan',
  {
    id: text().primaryKey(),
    cluster: text().notNull(),
    group: text('consumer_group').notNull(),
    to: text().notNull(),
    by: text().notNull(),
    reason: text(),
    createdAtMs: bigint('created_at_ms', { mode: 'number' }).notNull(),
    expiresAtMs: bigint('expires_at_ms', { mode: 'number' }).notNull(),
    state: text({
      enum: ['planned', 'applying', 'applied', 'partial', 'failed', 'undone', 'undo-partial'],
    }).notNull(),
    appliedAtMs: bigint('applied_at_ms', { mode: 'number' }),
    appliedBy: text('applied_by'),
    undoneAtMs: bigint('undone_at_ms', { mode: 'number' }),
    partitions: integer().notNull(),
    changed: integer().notNull(),
    /** Decimal: sums may pass 2^53. */
    skipped: text().notNull(),
    repeated: text().notNull(),
    /** Gzipped JSON: the plan as it was answered. */
    plan: bytes().notNull(),
    /** Gzipped JSON by partition. */
    outcome: bytes(),
    undo: bytes(),
  },
  table => [
    index('offset_plan_group').on(table.cluster, table.group, table.createdAtMs),
    index('offset_plan_expires').on(table.expiresAtMs),
  ],
)

/**
 * Lag history of a stretch of time, of all groups whose name falls into one bucket: packed and compressed,
 * written once, dropped when it is too old. `level` is the length of a slot in seconds.
 */
export const lagBlock = pgTable(
  'lag_block',
  {
    cluster: text().notNull(),
    level: integer().notNull(),
    bucket: smallint().notNull(),
    startMs: bigint('start_ms', { mode: 'number' }).notNull(),
    bytes: integer().notNull(),
    data: bytes().notNull(),
  },
  table => [
    primaryKey({ columns: [table.cluster, table.level, table.bucket, table.startMs] }),
    index('lag_block_age').on(table.level, table.startMs),
  ],
)

/** What happened to a group, to be drawn beside its lag. */
export const lagMarker = pgTable(
  'lag_marker',
  {
    cluster: text().notNull(),
    group: text('consumer_group').notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
    kind: text({ enum: ['rebalance', 'members', 'reset'] }).notNull(),
    /** JSON: numbers and ids that fill the words. */
    detail: text().notNull(),
  },
  table => [
    primaryKey({ columns: [table.cluster, table.group, table.atMs, table.kind] }),
    index('lag_marker_age').on(table.atMs),
  ],
)

/** Groups that a person wants on top. */
export const groupPin = pgTable(
  'group_pin',
  {
    actor: text().notNull(),
    cluster: text().notNull(),
    group: text('consumer_group').notNull(),
  },
  table => [primaryKey({ columns: [table.actor, table.cluster, table.group] })],
)

/** What the replica that samples a cluster saw last, for those that follow it: one row, written over. */
export const lagSnapshot = pgTable('lag_snapshot', {
  cluster: text().primaryKey(),
  instance: text().notNull(),
  /** When it was begun, ms. */
  seq: bigint({ mode: 'number' }).notNull(),
  data: bytes().notNull(),
})

/** Replicas that follow, and which groups people watch there. */
export const lagFollower = pgTable(
  'lag_follower',
  {
    cluster: text().notNull(),
    instance: text().notNull(),
    untilMs: bigint('until_ms', { mode: 'number' }).notNull(),
    /** JSON: stored names of groups. */
    watched: text().notNull(),
  },
  table => [primaryKey({ columns: [table.cluster, table.instance] })],
)

/**
 * Since when a group has had no members, as far as anybody saw: Kafka forgets its offsets so long after, and
 * does not tell.
 */
export const groupIdle = pgTable(
  'group_idle',
  {
    cluster: text().notNull(),
    group: text('consumer_group').notNull(),
    sinceMs: bigint('since_ms', { mode: 'number' }).notNull(),
    /** Where it stood then: one that stands elsewhere now had members in between. */
    mark: text().notNull(),
  },
  table => [primaryKey({ columns: [table.cluster, table.group] })],
)
