import { sql } from 'drizzle-orm'
import { bigint, index, pgTable, text } from 'drizzle-orm/pg-core'

/**
 * Append only (a trigger refuses UPDATE, DELETE and TRUNCATE). Intent and outcome of a mutation are two rows
 * with the same `entry`, in one chain: `hash` covers the row and the hash of the row before it.
 */
export const auditEvent = pgTable(
  'audit_event',
  {
    seq: bigint({ mode: 'number' }).primaryKey(),
    entry: text().notNull(),
    kind: text({ enum: ['intent', 'outcome'] }).notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
    actor: text().notNull(),
    actorKind: text('actor_kind', { enum: ['user', 'token', 'system'] }).notNull(),
    action: text().notNull(),
    cluster: text(),
    resource: text().notNull(),
    /** null on intents. */
    outcome: text({ enum: ['succeeded', 'denied', 'failed', 'unknown'] }),
    code: text(),
    reason: text(),
    requestId: text('request_id').notNull(),
    /** JSON as it was hashed: jsonb would reorder keys. */
    details: text().notNull(),
    /**
     * The topic that a row is about, by its resource or its details: who looks for a topic finds who approved its
     * requests. Made by the database of what is hashed, so that nobody can hide a row from a search unseen.
     */
    topic: text().generatedAlwaysAs(
      sql`left(coalesce(substring("resource" from '^topic:(.*)$'), substring("details" from '"topic":"([^"]*)"')), 249)`,
    ),
    /** The topics that a replay or a copy writes into, likewise: `targets` of its details. */
    targets: text()
      .array()
      .generatedAlwaysAs(
        sql`string_to_array(regexp_replace(substring("details" from '"targets":[[](([{]"topic":"[a-zA-Z0-9._-]+","records":[0-9]+[}],?)+)[]]'), '[{]"topic":"|","records":[0-9]+[}]', '', 'g'), ',')`,
      ),
    previousHash: text('previous_hash').notNull(),
    hash: text().notNull(),
  },
  table => [
    index('audit_event_entry').on(table.entry),
    index('audit_event_actor').on(table.actor, table.seq),
    index('audit_event_at').on(table.atMs),
    index('audit_event_topic').on(table.topic, table.seq),
    index('audit_event_targets').using('gin', table.targets),
  ],
)
