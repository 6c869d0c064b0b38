import { sql } from 'drizzle-orm'
import { toStoreError } from '@/server/store/errors'
import { topicRequest } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'

/**
 * Counts anew what the planner should know of tables that are paged by several indexes. PGlite runs no
 * autovacuum: without this it sorts a third of 50,000 requests for a page of them. PostgreSQL looks after its
 * own. Throws STORE_*.
 */
export async function refreshStatistics({ dialect, db }: Store): Promise<void> {
  if (dialect !== 'pglite') return
  try {
    await db.execute(sql`analyze ${topicRequest}`)
  } catch (error) {
    throw toStoreError(error)
  }
}
