import { and, inArray, lt, notInArray, sql } from 'drizzle-orm'
import { toStoreError } from '@/server/store/errors'
import { lease, messageTable, replay, replayPlan } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'

/** Rows of one kind at a time; what is left over waits for the next round. */
const MOST_ROWS = 500
const DAY_MS = 86_400_000
/** Expired plans are told apart from unknown ones for a day. */
const PLAN_MS = DAY_MS
/**
 * A lease that nobody took for so long is of a slice that is gone. Its epoch goes with it, which is safe:
 * whoever held it then has to renew it by owner and epoch, and finds nothing.
 */
const LEASE_MS = 30 * DAY_MS

/** How somebody sees a table that they have not changed for so long. */
const TABLE_MS = 400 * DAY_MS

export type Swept = { plans: number; replays: number; leases: number; tables: number }

/**
 * Deletes what nobody asks for any more: plans a day after they expired, replays that ended before
 * `replaysBeforeMs` (null: none) with what became of their records, leases long expired, settings of tables
 * that nobody changed for a year. A replay that runs or is paused stays, however old. Throws STORE_*.
 */
export async function sweep(
  store: Store,
  { nowMs, replaysBeforeMs }: { nowMs: number; replaysBeforeMs: number | null },
): Promise<Swept> {
  try {
    const plans = await deletePlans(store, nowMs - PLAN_MS)
    const replays = replaysBeforeMs === null ? 0 : await deleteReplays(store, replaysBeforeMs)
    const leases = await deleteLeases(store, nowMs - LEASE_MS)
    const tables = await deleteTables(store, nowMs - TABLE_MS)
    return { plans, replays, leases, tables }
  } catch (error) {
    throw toStoreError(error)
  }
}

async function deletePlans({ db }: Store, beforeMs: number): Promise<number> {
  const old = db
    .select({ id: replayPlan.id })
    .from(replayPlan)
    .where(lt(replayPlan.expiresAtMs, beforeMs))
    .limit(MOST_ROWS)
  const gone = await db.delete(replayPlan).where(inArray(replayPlan.id, old)).returning({ id: replayPlan.id })
  return gone.length
}

async function deleteReplays({ db }: Store, beforeMs: number): Promise<number> {
  const ended = notInArray(replay.state, ['running', 'paused'])
  const endedAtMs = sql<number>`coalesce(${replay.finishedAtMs}, ${replay.createdAtMs})`
  const old = db
    .select({ id: replay.id })
    .from(replay)
    .where(and(ended, sql`${endedAtMs} < ${beforeMs}`))
    .limit(MOST_ROWS)
  // The state is looked at once more: somebody may have resumed it meanwhile.
  const gone = await db
    .delete(replay)
    .where(and(ended, inArray(replay.id, old)))
    .returning({ id: replay.id })
  return gone.length
}

async function deleteLeases({ db }: Store, beforeMs: number): Promise<number> {
  const old = db.select({ name: lease.name }).from(lease).where(lt(lease.untilMs, beforeMs)).limit(MOST_ROWS)
  const gone = await db
    .delete(lease)
    .where(and(lt(lease.untilMs, beforeMs), inArray(lease.name, old)))
    .returning({ name: lease.name })
  return gone.length
}

async function deleteTables({ db }: Store, beforeMs: number): Promise<number> {
  const gone = await db
    .delete(messageTable)
    .where(lt(messageTable.updatedAtMs, beforeMs))
    .returning({ person: messageTable.person })
  return gone.length
}
