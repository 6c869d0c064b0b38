import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { and, eq, gt, inArray, lt, ne, or, sql } from 'drizzle-orm'
import * as z from 'zod'
import { canary, replayEdit, stopWhen } from '@/lib/contracts/replay-request'
import { type ReplayPlan, replayPlan as replayPlanSchema } from '@/lib/contracts/replays'
import { AppError } from '@/lib/errors'
import { toStoreError } from '@/server/store/errors'
import { replayPlan } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import { editPlan } from './edit-serde'
import { CHUNK_ITEMS, packItems, type ReplayItem, unpackItems } from './replay-item'

/** Options of a replay as they were asked for, kept with the plan and with the replay. */
export const replayRequest = z.object({
  topic: z.string(),
  fingerprint: z.string().nullable(),
  // What came later has the meaning that it had before: rows of older versions are read, too.
  kind: z.enum(['replay', 'copy']).default('replay'),
  targetCluster: z.string().nullable().default(null),
  value: z.enum(['dead-letter', 'origin']).default('dead-letter'),
  edit: replayEdit.nullable().default(null),
  bytesPerSecond: z.number().nullable().default(null),
  canary: canary.nullable().default(null),
  stopWhen: stopWhen.nullable().default(null),
  approval: z.boolean().default(false),
  partitioning: z.enum(['origin', 'key']),
  timestamp: z.enum(['now', 'keep']),
  guarantee: z.enum(['exactly-once', 'at-least-once']),
  ratePerSecond: z.number().nullable(),
  again: z.boolean(),
  reason: z.string().nullable(),
})
export type ReplayRequest = z.output<typeof replayRequest>

/** What was found when the selection was frozen; the run depends on it. */
export const frozen = z.object({
  sourceTopicId: z.string(),
  ledgerPartitions: z.number().int().min(1),
  /** Where each ledger partition ended then: whoever runs this reads on from there. */
  ledgerFrom: z.array(z.tuple([z.number().int(), z.string()])),
  /** Where the ledger is not there yet: how long it must keep what it is told. */
  ledgerRetentionMs: z.number(),
  /** The groups that the letters came from. */
  failingGroups: z.array(z.string()).default([]),
  /** Where the dead-letter topic ended then: letters behind it are new. */
  sourceEnds: z.array(z.tuple([z.number().int(), z.string()])).default([]),
  /** The topics that are written to: name, id and number of partitions. Absent in plans of older versions. */
  targets: z.array(z.tuple([z.string(), z.string(), z.number().int()])).optional(),
  /** How an edit reads and writes the records; absent without one. */
  editPlan: editPlan.optional(),
})
export type Frozen = z.output<typeof frozen>

const envelope = z.object({ v: z.literal(2), frozen, chunks: z.array(z.string()) })

export const PLAN_LIFE_MS = 30 * 60_000
/** Expired plans are told apart from unknown ones for a day. */
const KEEP_EXPIRED_MS = 24 * 3_600_000
/** Of one person the newest are kept: a dry run costs nobody but the store anything. */
const MOST_OF_ONE = 200
const MOST_BYTES_OF_ONE = 64 * 1024 * 1024

export type StoredPlan = {
  id: string
  cluster: string
  by: string
  hash: string
  createdAtMs: number
  expiresAtMs: number
  request: ReplayRequest
  frozen: Frozen
  items: ReplayItem[]
  /** The items packed, as the store keeps them. */
  chunks: readonly string[]
}

/** A plan as it is kept. */
export type PackedPlan = { request: string; records: string; chunks: readonly string[]; hash: string }

/** The hash is over all that a run depends on: two plans with one hash do the same. */
export function packPlan(plan: Pick<StoredPlan, 'cluster' | 'request' | 'frozen' | 'items'>): PackedPlan {
  const chunks: string[] = []
  for (let at = 0; at < plan.items.length; at += CHUNK_ITEMS)
    chunks.push(packItems(plan.items.slice(at, at + CHUNK_ITEMS)))
  // In the schemas' order, whatever the parts were made of.
  const request = JSON.stringify(replayRequest.parse(plan.request))
  const records = JSON.stringify({ v: 2, frozen: frozen.parse(plan.frozen), chunks })
  return { request, records, chunks, hash: hashOf(plan.cluster, request, records) }
}

const hashOf = (cluster: string, request: string, records: string) =>
  createHash('sha256').update(`${cluster}\n${request}\n`).update(records).digest('hex')

/** Keeps a plan for its half hour; forgets those that ended long ago, and one's oldest beyond room. Throws STORE_*. */
export async function savePlan(
  store: Store,
  plan: StoredPlan,
  packed: PackedPlan,
  answer: ReplayPlan,
): Promise<void> {
  try {
    await store.db.delete(replayPlan).where(lt(replayPlan.expiresAtMs, plan.createdAtMs - KEEP_EXPIRED_MS))
    await store.db.insert(replayPlan).values({
      id: plan.id,
      cluster: plan.cluster,
      by: plan.by,
      hash: plan.hash,
      createdAtMs: plan.createdAtMs,
      expiresAtMs: plan.expiresAtMs,
      request: packed.request,
      plan: JSON.stringify(answer),
      records: gzipSync(packed.records),
    })
    await store.db.delete(replayPlan).where(inArray(replayPlan.id, beyondRoom(store, plan)))
  } catch (error) {
    throw toStoreError(error)
  }
}

/** Plans of the same person that have no room beside this one: the oldest. */
function beyondRoom({ db }: Store, { by, id }: StoredPlan) {
  const { request, plan, records } = replayPlan
  const bytes = sql`octet_length(${request}) + octet_length(${plan}) + octet_length(${records})`
  const newestFirst = sql`(order by ${replayPlan.createdAtMs} desc, ${replayPlan.id})`
  const mine = db
    .select({
      id: replayPlan.id,
      rank: sql<number>`row_number() over ${newestFirst}`.as('rank'),
      bytes: sql<number>`sum(${bytes}) over ${newestFirst}`.as('bytes'),
    })
    .from(replayPlan)
    .where(eq(replayPlan.by, by))
    .as('mine')
  return db
    .select({ id: mine.id })
    .from(mine)
    .where(and(ne(mine.id, id), or(gt(mine.rank, MOST_OF_ONE), gt(mine.bytes, MOST_BYTES_OF_ONE))))
}

/**
 * Throws PLAN_UNKNOWN, also for another cluster's plan and for one that is not as it was kept; STORE_*. Says
 * nothing about its age.
 */
export async function loadPlan(
  store: Store,
  cluster: string,
  id: string,
): Promise<StoredPlan & { answer: ReplayPlan }> {
  const unknown = () => new AppError('PLAN_UNKNOWN', { params: { plan: id.slice(0, 64) } })
  let rows: (typeof replayPlan.$inferSelect)[]
  try {
    rows = await store.db
      .select()
      .from(replayPlan)
      .where(and(eq(replayPlan.id, id), eq(replayPlan.cluster, cluster)))
  } catch (error) {
    throw toStoreError(error)
  }
  const [row] = rows
  if (!row) throw unknown()
  const records = gunzipSync(row.records).toString('utf8')
  // Also one that an older version packed otherwise.
  if (hashOf(row.cluster, row.request, records) !== row.hash) throw unknown()
  const packed = envelope.parse(JSON.parse(records))
  return {
    id: row.id,
    cluster: row.cluster,
    by: row.by,
    hash: row.hash,
    createdAtMs: row.createdAtMs,
    expiresAtMs: row.expiresAtMs,
    request: replayRequest.parse(JSON.parse(row.request)),
    frozen: packed.frozen,
    items: packed.chunks.flatMap(unpackItems),
    chunks: packed.chunks,
    answer: replayPlanSchema.parse(JSON.parse(row.plan)),
  }
}
