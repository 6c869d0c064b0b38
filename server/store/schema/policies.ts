import { bigint, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'

/** A naming and limits policy, never edited, only superseded: the newest of a scope holds. */
export const policyVersion = pgTable(
  'policy_version',
  {
    /** One sequence over all scopes: a version names one policy. */
    version: integer().primaryKey(),
    /** `*`: every cluster that has none of its own; else a cluster's id. */
    scope: text().notNull(),
    /** The version of this scope that it supersedes; 0: none. Two writers of the same base: one wins. */
    base: integer().notNull(),
    /** JSON of the policy; null: the scope has none of its own any more. */
    spec: text(),
    by: text().notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
    comment: text(),
    /** `file`: it stood in the configuration at a start. */
    source: text({ enum: ['api', 'file'] }).notNull(),
  },
  table => [unique('policy_version_base').on(table.scope, table.base)],
)

/** Bounded contexts, services and teams: what the policy's lists and the topics' owners come from. */
export const catalogueEntry = pgTable(
  'catalogue_entry',
  {
    kind: text({ enum: ['domain', 'service', 'owner'] }).notNull(),
    name: text().notNull(),
    /** Of a service. */
    domain: text(),
    owner: text(),
    description: text(),
    /** Of an owner. */
    contact: text(),
    slackChannel: text('slack_channel'),
    revision: integer().notNull(),
    by: text().notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
  },
  table => [primaryKey({ columns: [table.kind, table.name] })],
)

/** What people say about a topic; kept when the topic goes, since names come back. */
export const topicMeta = pgTable(
  'topic_meta',
  {
    cluster: text().notNull(),
    topic: text().notNull(),
    owner: text(),
    description: text(),
    classification: text(),
    schema: text('schema_subject'),
    /** JSON: list of words. */
    tags: text().notNull(),
    revision: integer().notNull(),
    by: text().notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
  },
  table => [primaryKey({ columns: [table.cluster, table.topic] })],
)

/** A finding of the drift report that is accepted for a while. */
export const driftWaiver = pgTable(
  'drift_waiver',
  {
    id: text().primaryKey(),
    cluster: text().notNull(),
    topic: text().notNull(),
    rule: text().notNull(),
    reason: text().notNull(),
    by: text().notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
    untilMs: bigint('until_ms', { mode: 'number' }).notNull(),
  },
  table => [
    unique('drift_waiver_finding').on(table.cluster, table.topic, table.rule),
    index('drift_waiver_until').on(table.untilMs),
  ],
)

/** The drift of a cluster in one hour, for its trend; bounded by age. */
export const driftPoint = pgTable(
  'drift_point',
  {
    cluster: text().notNull(),
    hourMs: bigint('hour_ms', { mode: 'number' }).notNull(),
    topics: integer().notNull(),
    drifting: integer().notNull(),
    waived: integer().notNull(),
    /** JSON: findings by rule. */
    byRule: text('by_rule').notNull(),
    policyVersion: integer('policy_version').notNull(),
  },
  table => [primaryKey({ columns: [table.cluster, table.hourMs] })],
)
