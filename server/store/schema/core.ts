import { bigint, pgTable, text } from 'drizzle-orm/pg-core'

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
