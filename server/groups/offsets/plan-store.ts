import { gunzipSync, gzipSync } from 'node:zlib'
import { and, desc, eq, gt, inArray, lt, ne, or, sql } from 'drizzle-orm'
import * as z from 'zod'
import {
  type OffsetOutcome,
  type OffsetPlan,
  type OffsetPlanSummary,
  offsetOutcome,
  offsetPlan as planSchema,
} from '@/lib/contracts/offset-plans'
import { AppError } from '@/lib/errors'
import { toStoreError } from '@/server/store/errors'
import { offsetPlan } from '@/server/store/schema/index'
import { storable } from '@/server/store/storable'
import type { Store } from '@/server/store/types'
import { storedName } from '../stored-name'

export const PLAN_LIFE_MS = 30 * 60_000
/** Plans that were never applied go after a day; applied ones are kept for undo. */
const KEEP_PLANNED_MS = 24 * 3_600_000
const KEEP_APPLIED_MS = 90 * 24 * 3_600_000
/** Of what one person planned and did not apply the newest are kept. */
const MOST_OF_ONE = 200
const MOST_BYTES_OF_ONE = 64 * 1024 * 1024
/** An apply whose process died is taken up again after this. */
const APPLYING_MS = 60_000

type Row = typeof offsetPlan.$inferSelect
const outcomes = z.array(offsetOutcome)

const pack = (value: unknown) => gzipSync(JSON.stringify(value))
const unpack = (bytes: Uint8Array): unknown => JSON.parse(gunzipSync(bytes).toString('utf8'))

/** Keeps a plan; forgets those that are too old, and the oldest of one's that has no room beside it. Throws STORE_*. */
export async function savePlan(store: Store, cluster: string, plan: OffsetPlan): Promise<void> {
  const createdAtMs = Date.parse(plan.createdAt)
  const values = {
    id: plan.id,
    cluster,
    group: storedName(plan.group),
    // What lists show; the plan itself has the very text.
    to: storable(plan.to),
    by: plan.by,
    reason: plan.reason && storable(plan.reason),
    createdAtMs,
    expiresAtMs: Date.parse(plan.expiresAt),
    state: 'planned' as const,
    partitions: plan.partitions,
    changed: plan.changed,
    skipped: plan.skipped,
    repeated: plan.repeated,
    plan: pack(plan),
  }
  await asStore(async () => {
    await store.db
      .delete(offsetPlan)
      .where(and(eq(offsetPlan.state, 'planned'), lt(offsetPlan.expiresAtMs, createdAtMs - KEEP_PLANNED_MS)))
    await store.db.delete(offsetPlan).where(lt(offsetPlan.createdAtMs, createdAtMs - KEEP_APPLIED_MS))
    await store.db.insert(offsetPlan).values(values)
    const isPlanned = eq(offsetPlan.state, 'planned')
    await store.db.delete(offsetPlan).where(and(isPlanned, inArray(offsetPlan.id, beyondRoom(store, plan))))
  })
}

/** What the same person planned and did not apply, and has no room beside this one: the oldest. */
function beyondRoom({ db }: Store, { by, id }: OffsetPlan) {
  const newestFirst = sql`(order by ${offsetPlan.createdAtMs} desc, ${offsetPlan.id})`
  const mine = db
    .select({
      id: offsetPlan.id,
      rank: sql<number>`row_number() over ${newestFirst}`.as('rank'),
      bytes: sql<number>`sum(octet_length(${offsetPlan.plan})) over ${newestFirst}`.as('bytes'),
    })
    .from(offsetPlan)
    .where(and(eq(offsetPlan.by, by), eq(offsetPlan.state, 'planned')))
    .as('mine')
  return db
    .select({ id: mine.id })
    .from(mine)
    .where(and(ne(mine.id, id), or(gt(mine.rank, MOST_OF_ONE), gt(mine.bytes, MOST_BYTES_OF_ONE))))
}

/** Throws PLAN_UNKNOWN, also for another group's plan; STORE_*. */
export async function loadPlan(
  store: Store,
  at: { cluster: string; group: string; plan: string },
  nowMs: number,
): Promise<OffsetPlan> {
  const [row] = await asStore(() =>
    store.db
      .select()
      .from(offsetPlan)
      .where(
        and(
          eq(offsetPlan.id, at.plan),
          eq(offsetPlan.cluster, at.cluster),
          eq(offsetPlan.group, storedName(at.group)),
        ),
      ),
  )
  if (!row) throw new AppError('PLAN_UNKNOWN', { params: { plan: at.plan.slice(0, 64) } })
  const plan = planSchema.parse(unpack(row.plan))
  return {
    ...plan,
    ...toSummary(row, plan.group, nowMs),
    to: plan.to,
    outcome: row.outcome && outcomes.parse(unpack(row.outcome)),
    undo: row.undo && outcomes.parse(unpack(row.undo)),
  }
}

/** Plans of a group, the newest first. Throws STORE_*. */
export async function listPlans(
  store: Store,
  at: { cluster: string; group: string; limit: number },
  nowMs: number,
): Promise<OffsetPlanSummary[]> {
  const { plan: _plan, outcome: _outcome, undo: _undo, ...columns } = headColumns
  const rows = await asStore(() =>
    store.db
      .select(columns)
      .from(offsetPlan)
      .where(and(eq(offsetPlan.cluster, at.cluster), eq(offsetPlan.group, storedName(at.group))))
      .orderBy(desc(offsetPlan.createdAtMs))
      .limit(at.limit),
  )
  return rows.map(row => toSummary(row, at.group, nowMs))
}

const headColumns = {
  id: offsetPlan.id,
  cluster: offsetPlan.cluster,
  group: offsetPlan.group,
  to: offsetPlan.to,
  by: offsetPlan.by,
  reason: offsetPlan.reason,
  createdAtMs: offsetPlan.createdAtMs,
  expiresAtMs: offsetPlan.expiresAtMs,
  state: offsetPlan.state,
  appliedAtMs: offsetPlan.appliedAtMs,
  appliedBy: offsetPlan.appliedBy,
  undoneAtMs: offsetPlan.undoneAtMs,
  partitions: offsetPlan.partitions,
  changed: offsetPlan.changed,
  skipped: offsetPlan.skipped,
  repeated: offsetPlan.repeated,
  plan: offsetPlan.plan,
  outcome: offsetPlan.outcome,
  undo: offsetPlan.undo,
}

function toSummary(
  row: Omit<Row, 'plan' | 'outcome' | 'undo'>,
  group: string,
  nowMs: number,
): OffsetPlanSummary {
  const expired = row.state === 'planned' && nowMs >= row.expiresAtMs
  return {
    id: row.id,
    group,
    to: row.to,
    state: expired ? 'expired' : row.state,
    by: row.by,
    createdAt: new Date(row.createdAtMs).toISOString(),
    expiresAt: new Date(row.expiresAtMs).toISOString(),
    appliedAt: row.appliedAtMs === null ? null : new Date(row.appliedAtMs).toISOString(),
    appliedBy: row.appliedBy,
    undoneAt: row.undoneAtMs === null ? null : new Date(row.undoneAtMs).toISOString(),
    reason: row.reason,
    partitions: row.partitions,
    changed: row.changed,
    skipped: row.skipped,
    repeated: row.repeated,
  }
}

/** Takes a plan for applying: false when somebody else did, or it was applied before. One person at a time. */
export async function claimPlan(store: Store, id: string, by: string, nowMs: number): Promise<boolean> {
  const set = { state: 'applying' as const, appliedAtMs: nowMs, appliedBy: by }
  const taken = await asStore(() =>
    store.db
      .update(offsetPlan)
      .set(set)
      .where(and(eq(offsetPlan.id, id), eq(offsetPlan.state, 'planned')))
      .returning({ id: offsetPlan.id }),
  )
  if (taken.length > 0) return true
  const again = await asStore(() =>
    store.db
      .update(offsetPlan)
      .set(set)
      .where(
        and(
          eq(offsetPlan.id, id),
          eq(offsetPlan.state, 'applying'),
          lt(offsetPlan.appliedAtMs, nowMs - APPLYING_MS),
        ),
      )
      .returning({ id: offsetPlan.id }),
  )
  return again.length > 0
}

/** Nothing was done: it may be applied again. */
export async function unclaimPlan(store: Store, id: string): Promise<void> {
  await asStore(() =>
    store.db
      .update(offsetPlan)
      .set({ state: 'planned', appliedAtMs: null, appliedBy: null })
      .where(and(eq(offsetPlan.id, id), eq(offsetPlan.state, 'applying'))),
  )
}

/** What became of it, by partition. */
export async function finishPlan(store: Store, id: string, outcome: OffsetOutcome[]): Promise<void> {
  const done = outcome.filter(one => one.ok).length
  const state = done === outcome.length ? 'applied' : done === 0 ? 'failed' : 'partial'
  await asStore(() =>
    store.db
      .update(offsetPlan)
      .set({ state, outcome: pack(outcome) })
      .where(eq(offsetPlan.id, id)),
  )
}

/** What became of setting it back. A second undo of what was left joins the first. */
export async function finishUndo(
  store: Store,
  id: string,
  undo: OffsetOutcome[],
  nowMs: number,
): Promise<void> {
  const state = undo.every(one => one.ok) ? ('undone' as const) : ('undo-partial' as const)
  await asStore(() =>
    store.db
      .update(offsetPlan)
      .set({ state, undo: pack(undo), undoneAtMs: nowMs })
      .where(and(eq(offsetPlan.id, id), inArray(offsetPlan.state, ['applied', 'partial', 'undo-partial']))),
  )
}

async function asStore<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw toStoreError(error)
  }
}
