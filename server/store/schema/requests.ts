import { bigint, bigserial, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { REQUEST_KINDS, REQUEST_STATES } from '../../../lib/contracts/requests'

/**
 * A request about a topic. Its state changes through one function (server/requests/move-request.ts), and
 * every change is an event.
 */
export const topicRequest = pgTable(
  'topic_request',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    cluster: text().notNull(),
    topic: text().notNull(),
    kind: text({ enum: REQUEST_KINDS }).notNull(),
    state: text({ enum: REQUEST_STATES }).notNull(),
    version: integer().notNull(),
    by: text('requested_by').notNull(),
    /** Team of the topic: of the request, else of the topic when it was filed. */
    owner: text(),
    domain: text(),
    /** JSON: what is asked for. */
    change: text().notNull(),
    purpose: text(),
    /** JSON: list of addresses. */
    links: text().notNull(),
    /** Of the topic when it was filed: a deletion takes no other. */
    topicId: text('topic_id'),
    policyVersion: integer('policy_version'),
    approvalsNeeded: integer('approvals_needed').notNull(),
    /** JSON: `[{by, atMs, via}]`. */
    approvals: text().notNull(),
    createdAtMs: bigint('created_at_ms', { mode: 'number' }).notNull(),
    updatedAtMs: bigint('updated_at_ms', { mode: 'number' }).notNull(),
    submittedAtMs: bigint('submitted_at_ms', { mode: 'number' }),
    expiresAtMs: bigint('expires_at_ms', { mode: 'number' }),
    /** JSON: `{code, params}` of the last attempt to apply it. */
    failure: text(),
    /** JSON: who used the topic when its deletion was filed and when it was applied. */
    users: text(),
    outcome: text({ enum: ['done', 'already', 'reconciled'] }),
    attempts: integer().notNull().default(0),
    applyOwner: text('apply_owner'),
    applyUntilMs: bigint('apply_until_ms', { mode: 'number' }).notNull().default(0),
    /** Cluster, topic and kind while it is open: one at a time. */
    openKey: text('open_key'),
  },
  table => [
    index('topic_request_state').on(table.state, table.id),
    index('topic_request_by').on(table.by, table.id),
    index('topic_request_cluster').on(table.cluster, table.id),
    index('topic_request_topic').on(table.cluster, table.topic),
    uniqueIndex('topic_request_open').on(table.openKey),
  ],
)

/** The timeline: what happened, who did it, by which door. */
export const topicRequestEvent = pgTable(
  'topic_request_event',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    request: bigint({ mode: 'number' })
      .notNull()
      .references(() => topicRequest.id),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
    actor: text().notNull(),
    via: text({ enum: ['console', 'api', 'slack', 'jira', 'system'] }).notNull(),
    kind: text().notNull(),
    text: text(),
    /** JSON: user names that were called. */
    mentions: text().notNull(),
    code: text(),
    /** JSON: `[{field, before, after}]`, what differs by it. */
    changes: text(),
  },
  table => [index('topic_request_event_request').on(table.request, table.id)],
)

/** Callbacks that were taken, by their signature or id: a second one does nothing. */
export const hookSeen = pgTable(
  'hook_seen',
  { key: text().primaryKey(), atMs: bigint('at_ms', { mode: 'number' }).notNull() },
  table => [index('hook_seen_at').on(table.atMs)],
)
