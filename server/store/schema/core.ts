import { bigint, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/** Small facts of this installation: its id, the head of the audit chain. Values are JSON text. */
export const setting = pgTable('setting', {
  key: text().primaryKey(),
  value: text().notNull(),
})

/** Who runs a slice of background work. `epoch` grows with every change of owner and fences the one before. */
export const lease = pgTable('lease', {
  name: text().primaryKey(),
  owner: text().notNull(),
  epoch: bigint({ mode: 'number' }).notNull(),
  untilMs: bigint('until_ms', { mode: 'number' }).notNull(),
})

/** An hour of minutes a row, packed: bounded by age and by rows. */
export const lagRollup = pgTable(
  'lag_rollup',
  {
    cluster: text().notNull(),
    group: text('consumer_group').notNull(),
    /** Empty: the group's total. */
    topic: text().notNull(),
    hourMs: bigint('hour_ms', { mode: 'number' }).notNull(),
    /** JSON: 60 entries of `[maxLag, maxTimeLagMs]` or null. */
    minutes: text().notNull(),
  },
  table => [
    primaryKey({ columns: [table.cluster, table.group, table.topic, table.hourMs] }),
    index('lag_rollup_hour').on(table.hourMs),
  ],
)
