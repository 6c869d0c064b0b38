import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import type { PgDatabase } from 'drizzle-orm/pg-core'
import type * as schema from './schema/index.ts'

/** drizzle over PGlite or PostgreSQL: one dialect, one schema. */
export type Database = PgDatabase<NodePgQueryResultHKT, typeof schema>
/** What `db.transaction` hands to its function. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]

/**
 * Milena's own small state. `db` takes any query of `server/store/schema`; inside `db.transaction(async tx =>
 * ...)` use `tx` only (PGlite has one connection: `db` would wait for the transaction that waits for it).
 * Errors of the database reach the HTTP layer as STORE_UNAVAILABLE, STORE_READ_ONLY or STORE_FULL by
 * `toStoreError`.
 */
export type Store = {
  readonly db: Database
  readonly dialect: 'pglite' | 'postgres'
  /** Made once, at the first start: names this installation in transactional ids. */
  readonly installationId: string
  /** One round trip; throws AppError STORE_*. */
  ping(): Promise<void>
  /** Ends what runs and gives the folder's lock back. Safe to call twice. */
  close(): Promise<void>
}
