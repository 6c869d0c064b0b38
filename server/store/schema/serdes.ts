import { bigint, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/** How people chose to read a topic's keys and values; no row: by itself. */
export const topicSerde = pgTable(
  'topic_serde',
  {
    cluster: text().notNull(),
    topic: text().notNull(),
    keyFormat: text('key_format').notNull(),
    /** A registry's id, for bytes that carry none. */
    keySchema: integer('key_schema'),
    valueFormat: text('value_format').notNull(),
    valueSchema: integer('value_schema'),
    by: text().notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
  },
  table => [primaryKey({ columns: [table.cluster, table.topic] })],
)
