import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Replay, ReplayState } from '@/lib/contracts/replays'
import { AppError } from '@/lib/errors'
import { toStoreError } from '@/server/store/errors'
import type { Lease } from '@/server/store/lease'
import { lease, replay, replayRecord } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import { frozen, replayRequest, type StoredPlan } from './plan-store'
import {
  CHUNK_ITEMS,
  type Counts,
  countItems,
  countTargets,
  packItems,
  type ReplayItem,
  unpackItems,
} from './replay-item'

export type ReplayRow = typeof replay.$inferSelect

const options = z.object({
  request: replayRequest,
  frozen,
  recordedBy: z.string().nullable(),
  plannedAtMs: z.number().nullable().default(null),
})
export type ReplayOptions = z.output<typeof options>

const targets = z.array(z.object({ topic: z.string(), records: z.number().int() }))
const stateParams = z.record(z.string(), z.union([z.string(), z.number()]))

async function inStore<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw toStoreError(error)
  }
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

/** A stored row as the contract has it; what it waits for is not the row's to say. */
export function toReplay(row: ReplayRow): Replay {
  const { selected, replayed, refused, failed, cancelled, unknown } = row
  const { request } = optionsOf(row)
  return {
    id: row.id,
    cluster: row.cluster,
    state: row.state,
    stateReason: row.stateReason,
    stateParams: row.stateParams === null ? null : stateParams.parse(JSON.parse(row.stateParams)),
    waitsFor: [],
    waitsForPlace: false,
    sourceTopic: row.sourceTopic,
    targets: targets.parse(JSON.parse(row.targets)),
    ratePerSecond: request.ratePerSecond,
    bytesPerSecond: request.bytesPerSecond,
    kind: row.kind,
    targetCluster: request.targetCluster,
    canary: request.canary && { ...request.canary, state: row.canaryState ?? 'ahead' },
    stopWhen: request.stopWhen,
    edited: request.edit !== null,
    guarantee: row.guarantee,
    reason: row.reason,
    by: row.by,
    approvedBy: row.approvedBy,
    schedule: row.schedule,
    createdAt: new Date(row.createdAtMs).toISOString(),
    startedAt: iso(row.startedAtMs),
    finishedAt: iso(row.finishedAtMs),
    selected,
    replayed,
    refused,
    failed,
    cancelled,
    unknown,
    remaining: selected - replayed - refused - failed - cancelled - unknown,
  }
}

export function optionsOf(row: Pick<ReplayRow, 'options'>): ReplayOptions {
  return options.parse(JSON.parse(row.options))
}

/** One plan, one replay: the id follows from the plan's, so that running it twice finds the first. */
export const replayIdOf = (planId: string): string => `r-${planId.replace(/^p-/, '')}`

/**
 * Keeps a new replay, `running` or waiting for approval, with every record still to do. `made` is false when
 * this plan was run before.
 */
export async function insertReplay(
  store: Store,
  plan: StoredPlan,
  by: string,
  recordedBy: string | null,
  nowMs: number,
  how: { needsApproval?: boolean; schedule?: string | null } = {},
): Promise<{ row: ReplayRow; made: boolean }> {
  const id = replayIdOf(plan.id)
  const counts = countItems(plan.items)
  const values: typeof replay.$inferInsert = {
    id,
    cluster: plan.cluster,
    planId: plan.id,
    state: how.needsApproval ? 'awaiting-approval' : 'running',
    kind: plan.request.kind,
    schedule: how.schedule ?? null,
    stateReason: null,
    stateParams: null,
    sourceTopic: plan.request.topic,
    sourceTopicId: plan.frozen.sourceTopicId,
    targets: JSON.stringify(countTargets(plan.items)),
    options: JSON.stringify({
      request: plan.request,
      frozen: plan.frozen,
      recordedBy,
      plannedAtMs: plan.createdAtMs,
    } satisfies ReplayOptions),
    ratePerSecond: plan.request.ratePerSecond === null ? null : Math.ceil(plan.request.ratePerSecond),
    guarantee: plan.request.guarantee,
    again: plan.request.again,
    reason: plan.request.reason,
    by,
    createdAtMs: nowMs,
    selected: counts.selected,
    refused: counts.refused,
  }
  return inStore(() =>
    store.db.transaction(async tx => {
      const [row] = await tx.insert(replay).values(values).onConflictDoNothing().returning()
      if (!row) {
        const [known] = await tx.select().from(replay).where(eq(replay.id, id))
        if (!known) throw new AppError('STATE_CONFLICT')
        return { row: known, made: false }
      }
      for (const [chunk, packed] of plan.chunks.entries()) {
        const count = Math.min(CHUNK_ITEMS, plan.items.length - chunk * CHUNK_ITEMS)
        await tx.insert(replayRecord).values({ replay: id, chunk, count, packed })
      }
      return { row, made: true }
    }),
  )
}

/** Throws REPLAY_UNKNOWN, also for another cluster's. */
export async function loadReplay(store: Store, cluster: string, id: string): Promise<ReplayRow> {
  const [row] = await inStore(() =>
    store.db
      .select()
      .from(replay)
      .where(and(eq(replay.id, id), eq(replay.cluster, cluster))),
  )
  if (!row) throw new AppError('REPLAY_UNKNOWN', { params: { replay: id.slice(0, 64) } })
  return row
}

export async function findReplay(store: Store, cluster: string, id: string): Promise<ReplayRow | null> {
  try {
    return await loadReplay(store, cluster, id)
  } catch (error) {
    if (error instanceof AppError && error.code === 'REPLAY_UNKNOWN') return null
    throw error
  }
}

/** All records of a replay, by partition and offset. */
export async function loadItems(store: Store, id: string): Promise<ReplayItem[]> {
  const rows = await inStore(() =>
    store.db.select().from(replayRecord).where(eq(replayRecord.replay, id)).orderBy(replayRecord.chunk),
  )
  return rows.flatMap(row => unpackItems(row.packed))
}

/**
 * What a runner should take up: what runs, and what was cancelled while nobody could settle its last records;
 * the former first.
 */
export async function listRunnable(
  store: Store,
  cluster: string,
): Promise<{ id: string; settling: boolean }[]> {
  const remaining = sql`${replay.selected} > ${replay.replayed} + ${replay.refused} + ${replay.failed} + ${replay.cancelled} + ${replay.unknown}`
  const rows = await inStore(() =>
    store.db
      .select({ id: replay.id, state: replay.state })
      .from(replay)
      .where(
        and(
          eq(replay.cluster, cluster),
          sql`(${replay.state} = 'running' or (${replay.state} = 'cancelled' and ${remaining}))`,
        ),
      )
      .orderBy(desc(replay.state), replay.createdAtMs)
      .limit(100),
  )
  return rows.map(row => ({ id: row.id, settling: row.state === 'cancelled' }))
}

/** Moves a replay from one of `from` to `to`; null when it was in another state. */
export async function moveReplay(
  store: Store,
  id: string,
  from: readonly ReplayState[],
  to: ReplayState,
  change: {
    reason?: string | null
    /** What fills the words of the reason. */
    params?: AppError['params']
    finishedAtMs?: number | null
    canaryState?: ReplayRow['canaryState']
    approvedBy?: string
    options?: ReplayOptions
  } = {},
): Promise<ReplayRow | null> {
  const [row] = await inStore(() =>
    store.db
      .update(replay)
      .set({
        state: to,
        stateReason: change.reason ?? null,
        stateParams: change.params ? JSON.stringify(change.params) : null,
        ...(change.finishedAtMs === undefined ? {} : { finishedAtMs: change.finishedAtMs }),
        ...(change.canaryState === undefined ? {} : { canaryState: change.canaryState }),
        ...(change.approvedBy === undefined ? {} : { approvedBy: change.approvedBy }),
        ...(change.options === undefined ? {} : { options: JSON.stringify(change.options) }),
      })
      .where(and(eq(replay.id, id), inArray(replay.state, [...from])))
      .returning(),
  )
  return row ?? null
}

/**
 * Mirrors what became of records: the changed chunks and the counts, in one transaction, and only while the
 * lease is still ours, so that an owner that was thought dead never overwrites its successor. Answers the row
 * as it is now. Throws STATE_CONFLICT, STORE_*.
 */
export async function saveItems(
  store: Store,
  id: string,
  held: Lease,
  items: readonly ReplayItem[],
  changed: ReadonlySet<number>,
  startedAtMs: number,
  counts: Counts = countItems(items),
): Promise<ReplayRow> {
  const { replayed, refused, failed, cancelled, unknown } = counts
  return inStore(() =>
    store.db.transaction(async tx => {
      const [owner] = await tx.select().from(lease).where(eq(lease.name, held.name)).for('update')
      if (owner?.owner !== held.owner || owner.epoch !== held.epoch)
        throw new AppError('STATE_CONFLICT', { params: { reason: 'lease-lost' } })
      for (const chunk of changed) {
        const packed = packItems(items.slice(chunk * CHUNK_ITEMS, (chunk + 1) * CHUNK_ITEMS))
        await tx
          .update(replayRecord)
          .set({ packed })
          .where(and(eq(replayRecord.replay, id), eq(replayRecord.chunk, chunk)))
      }
      const [row] = await tx
        .update(replay)
        .set({
          replayed,
          refused,
          failed,
          cancelled,
          unknown,
          startedAtMs: sql`coalesce(${replay.startedAtMs}, ${startedAtMs}::bigint)`,
        })
        .where(eq(replay.id, id))
        .returning()
      if (!row) throw new AppError('REPLAY_UNKNOWN', { params: { replay: id } })
      return row
    }),
  )
}
