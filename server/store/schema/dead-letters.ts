import { bigint, boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

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
    assignee: text(),
    /**
     * JSON: how far each log was when it was decided, `{topic: {id, ends: {partition: offset}}}`. What lies
     * behind is a regression.
     */
    marks: text(),
  },
  table => [primaryKey({ columns: [table.cluster, table.fingerprint] })],
)

/** What happened to an issue, by whom and why: append only. */
export const deadLetterEvent = pgTable(
  'dead_letter_event',
  {
    id: text().primaryKey(),
    cluster: text().notNull(),
    fingerprint: text().notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
    actor: text().notNull(),
    actorKind: text('actor_kind', { enum: ['user', 'token', 'system'] }).notNull(),
    kind: text({
      enum: ['status', 'assign', 'comment', 'reopened', 'merged', 'split', 'dropped', 'restored'],
    }).notNull(),
    from: text('from_value'),
    to: text('to_value'),
    text: text(),
  },
  table => [index('dead_letter_event_issue').on(table.cluster, table.fingerprint, table.atMs)],
)

/** Where the letters of a topic whose headers don't say so came from: asked once, remembered. */
export const deadLetterOrigin = pgTable(
  'dead_letter_origin',
  {
    cluster: text().notNull(),
    topic: text().notNull(),
    origin: text().notNull(),
    by: text().notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
  },
  table => [primaryKey({ columns: [table.cluster, table.topic] })],
)

/** Issues that were seen once: what is not here is new, whatever Kafka still retains. */
export const deadLetterGroup = pgTable(
  'dead_letter_group',
  {
    cluster: text().notNull(),
    fingerprint: text().notNull(),
    firstSeenMs: bigint('first_seen_ms', { mode: 'number' }).notNull(),
    lastSeenMs: bigint('last_seen_ms', { mode: 'number' }).notNull(),
  },
  table => [
    primaryKey({ columns: [table.cluster, table.fingerprint] }),
    index('dead_letter_group_seen').on(table.cluster, table.lastSeenMs),
  ],
)

/** Who is told of what. */
export const deadLetterRule = pgTable('dead_letter_rule', {
  id: text().primaryKey(),
  cluster: text().notNull(),
  name: text().notNull(),
  enabled: boolean().notNull(),
  /** JSON: events, topics, owners, severity, channels, burst, hours, minutes. */
  rule: text().notNull(),
  by: text().notNull(),
  atMs: bigint('at_ms', { mode: 'number' }).notNull(),
})

/** What a rule has to tell: written with what it tells about, told together once the rule's pause is over. */
export const deadLetterSignal = pgTable(
  'dead_letter_signal',
  {
    rule: text()
      .notNull()
      .references(() => deadLetterRule.id, { onDelete: 'cascade' }),
    /** Once a rule: kind, fingerprint and, for what comes again, its hour or day. */
    key: text().notNull(),
    kind: text({ enum: ['new', 'reopened', 'burst', 'expiring'] }).notNull(),
    fingerprint: text().notNull(),
    /** JSON: what is said of the issue. */
    facts: text().notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
    toldAtMs: bigint('told_at_ms', { mode: 'number' }),
  },
  table => [
    primaryKey({ columns: [table.rule, table.key] }),
    index('dead_letter_signal_told').on(table.toldAtMs),
  ],
)

/** Fingerprints that a person merged into another (`contains` empty), or letters with a text that are split off. */
export const deadLetterAlias = pgTable(
  'dead_letter_alias',
  {
    cluster: text().notNull(),
    fingerprint: text().notNull(),
    contains: text().notNull().default(''),
    into: text('into_fingerprint').notNull(),
    by: text().notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
  },
  table => [primaryKey({ columns: [table.cluster, table.fingerprint, table.contains] })],
)

/** Letters that a person is done with without a replay. */
export const deadLetterDrop = pgTable(
  'dead_letter_drop',
  {
    id: text().primaryKey(),
    cluster: text().notNull(),
    topic: text().notNull(),
    /** A topic made anew under the name has other letters. */
    topicId: text('topic_id').notNull(),
    fingerprint: text(),
    reason: text().notNull(),
    by: text().notNull(),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
    count: integer().notNull(),
    /** JSON: `[[partition, [from, to, from, to, ...]]]`, both ends included. */
    places: text().notNull(),
  },
  table => [index('dead_letter_drop_topic').on(table.cluster, table.topicId, table.atMs)],
)
