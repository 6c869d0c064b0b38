import {
  bigint,
  bigserial,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'

/**
 * A message for somebody outside, written in the transaction of what it tells. `seq` is the order within a
 * channel and subject.
 */
export const outbox = pgTable(
  'outbox',
  {
    /** Travels as the idempotency key: the same at every attempt. */
    id: text().primaryKey(),
    seq: bigserial({ mode: 'number' }).notNull(),
    channel: text().notNull(),
    event: text().notNull(),
    subject: text().notNull(),
    /** At most one message a channel with this key; null: no such limit. */
    dedupe: text(),
    /** Where to, when the message and not the channel says so (Slack's response_url). A secret: never shown. */
    url: text(),
    /** JSON: the notice. */
    payload: text().notNull(),
    state: text({ enum: ['pending', 'sent', 'dead'] }).notNull(),
    attempts: integer().notNull().default(0),
    createdAtMs: bigint('created_at_ms', { mode: 'number' }).notNull(),
    nextAtMs: bigint('next_at_ms', { mode: 'number' }).notNull(),
    /** When it is given up; a resend by hand sets it anew. */
    untilMs: bigint('until_ms', { mode: 'number' }).notNull(),
    leaseOwner: text('lease_owner'),
    leaseUntilMs: bigint('lease_until_ms', { mode: 'number' }).notNull().default(0),
    /** Why the last attempt failed: a code. */
    error: text(),
    sentAtMs: bigint('sent_at_ms', { mode: 'number' }),
  },
  table => [
    index('outbox_due').on(table.state, table.nextAtMs),
    index('outbox_line').on(table.channel, table.subject, table.seq),
    index('outbox_seq').on(table.state, table.seq),
    uniqueIndex('outbox_dedupe').on(table.channel, table.dedupe),
  ],
)

/** What a channel made of a subject: the Slack message that is updated, the Jira issue that is commented. */
export const outboxRef = pgTable(
  'outbox_ref',
  {
    channel: text().notNull(),
    subject: text().notNull(),
    /** JSON, of the channel's kind. */
    ref: text().notNull(),
    /** What others look it up by: the Jira key. */
    key: text(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
  },
  table => [
    primaryKey({ columns: [table.channel, table.subject] }),
    index('outbox_ref_key').on(table.channel, table.key),
  ],
)
