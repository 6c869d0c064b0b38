import { bigint, index, pgTable, text } from 'drizzle-orm/pg-core'

/** Sessions that somebody signed out of: their tokens are good until they expire, so they are named here until then. */
export const revokedSession = pgTable(
  'revoked_session',
  {
    /** The `sid` of the token. */
    id: text().primaryKey(),
    /** When the last token of it expires by itself. */
    expiresAtMs: bigint('expires_at_ms', { mode: 'number' }).notNull(),
  },
  table => [index('revoked_session_expires').on(table.expiresAtMs)],
)
