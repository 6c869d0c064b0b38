import { bigint, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/** Triage of an issue: a person's decision, so it is kept. Occurrences are rebuilt from Kafka. */
export const deadLetterStatus = pgTable(
  'dead_letter_status',
  {
    cluster: text().notNull(),
    fingerprint: text().notNull(),
    status: text({
      enum: ['new', 'acknowledged', 'replaying', 'replayed', 'refailed', 'resolved', 'archived'],
    }).notNull(),
    by: text().notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
    firstSeenMs: bigint('first_seen_ms', { mode: 'number' }),
    note: text(),
  },
  table => [primaryKey({ columns: [table.cluster, table.fingerprint] })],
)
