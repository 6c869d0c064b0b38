import { bigint, boolean, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'

/** A manifest of what somebody took away: bounded by age. */
export const exportRun = pgTable('export_run', {
  id: text().primaryKey(),
  cluster: text().notNull(),
  topic: text().notNull(),
  by: text().notNull(),
  /** JSON: the request. */
  asked: text().notNull(),
  startedAtMs: bigint('started_at_ms', { mode: 'number' }).notNull(),
  finishedAtMs: bigint('finished_at_ms', { mode: 'number' }),
  state: text({ enum: ['running', 'complete', 'broken'] }).notNull(),
  reason: text({ enum: ['end', 'limit', 'budget', 'cancelled'] }),
  records: bigint({ mode: 'number' }).notNull(),
  bytes: bigint({ mode: 'number' }).notNull(),
  /** Of everything that left, where it left in one go. */
  sha256: text(),
  /** JSON: `[{partition, from, until}]`, offsets as decimal text. */
  ranges: text().notNull(),
  evaluationErrors: integer('evaluation_errors').notNull(),
  /** JSON. */
  problems: text().notNull(),
  /** In how many goes it left: only the last one writes here. */
  parts: integer().notNull().default(1),
  /** JSON, `ExportMark[]`: what had left at places on the way, for going on behind one of them. */
  marks: text().notNull().default('[]'),
})

/** A way to look at a topic that somebody keeps: filters and columns as data. */
export const savedView = pgTable(
  'saved_view',
  {
    id: text().primaryKey(),
    cluster: text().notNull(),
    topic: text().notNull(),
    owner: text().notNull(),
    name: text().notNull(),
    /** JSON: the page's URL parameters. */
    query: text().notNull(),
    shared: boolean().notNull(),
    updatedAtMs: bigint('updated_at_ms', { mode: 'number' }).notNull(),
  },
  table => [uniqueIndex('saved_view_name').on(table.cluster, table.topic, table.owner, table.name)],
)

/**
 * How a person sees tables of messages: a row a topic for its columns, one without a topic for what holds
 * everywhere. Bounded by person and age.
 */
export const messageTable = pgTable(
  'message_table',
  {
    person: text().notNull(),
    /** Empty with `topic`: everywhere. */
    cluster: text().notNull(),
    topic: text().notNull(),
    /** JSON: a list of paths. */
    columns: text(),
    density: text({ enum: ['compact', 'normal', 'wide'] }),
    time: text({ enum: ['clock', 'epoch'] }),
    updatedAtMs: bigint('updated_at_ms', { mode: 'number' }).notNull(),
  },
  table => [
    primaryKey({ columns: [table.person, table.cluster, table.topic] }),
    index('message_table_age').on(table.updatedAtMs),
  ],
)
