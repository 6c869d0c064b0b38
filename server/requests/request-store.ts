import { and, asc, eq, inArray } from 'drizzle-orm'
import * as z from 'zod'
import {
  type RequestChange,
  type RequestEvent,
  type RequestRow,
  requestChange,
  requestEvent,
} from '@/lib/contracts/requests'
import { topicUsers } from '@/lib/contracts/topic-changes'
import { AppError } from '@/lib/errors'
import type { Context } from '@/server/context'
import { toStoreError } from '@/server/store/errors'
import { topicRequest, topicRequestEvent } from '@/server/store/schema/index'

export type StoredRequest = typeof topicRequest.$inferSelect
export type Via = RequestEvent['via']

const approvalsSchema = z.array(z.object({ by: z.string(), atMs: z.number(), via: z.string() }))
export type Approval = z.output<typeof approvalsSchema>[number]
const failureSchema = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type Failure = z.output<typeof failureSchema>

/** While it is in one of these, who filed it edits and withdraws it: nobody is applying it, and it is not over. */
export const OWN_STATES = ['draft', 'pending', 'changes-requested', 'failed'] as const

/** While it is open nobody files another of the same kind about the topic. */
export const OPEN_STATES = ['pending', 'changes-requested', 'approved', 'applying'] as const

const DAY_MS = 86_400_000

/** Until when a request that is filed now waits for its decision. */
export const expiryOf = (ctx: Pick<Context, 'clock' | 'config'>) =>
  ctx.clock.now() + ctx.config.requests.expireAfterDays * DAY_MS

const iso = (ms: number) => new Date(ms).toISOString()
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms))

export const approvalsOf = (row: StoredRequest): Approval[] =>
  approvalsSchema.parse(JSON.parse(row.approvals))
export const changeOf = (row: Pick<StoredRequest, 'change'>): RequestChange =>
  requestChange.parse(JSON.parse(row.change))
export const failureOf = (row: StoredRequest): Failure | null =>
  row.failure === null ? null : failureSchema.parse(JSON.parse(row.failure))
const usersSchema = z.object({
  filed: topicUsers.nullable().default(null),
  applied: topicUsers.nullable().default(null),
})
export const usersOfRow = (row: Pick<StoredRequest, 'users'>) =>
  usersSchema.parse(JSON.parse(row.users ?? '{}'))
export const linksOf = (row: StoredRequest): string[] => z.array(z.string()).parse(JSON.parse(row.links))

export const openKeyOf = (row: Pick<StoredRequest, 'cluster' | 'topic' | 'kind'>) =>
  JSON.stringify([row.cluster, row.topic, row.kind])

/** A stored request as the contract has it. */
export function toRow(row: StoredRequest): RequestRow {
  return {
    id: String(row.id),
    cluster: row.cluster,
    topic: row.topic,
    kind: row.kind,
    state: row.state,
    version: row.version,
    by: row.by,
    owner: row.owner,
    createdAt: iso(row.createdAtMs),
    updatedAt: iso(row.updatedAtMs),
    submittedAt: isoOrNull(row.submittedAtMs),
    expiresAt: isoOrNull(row.expiresAtMs),
    approvals: approvalsOf(row).map(({ by, atMs, via }) => ({ by, at: iso(atMs), via })),
    approvalsNeeded: row.approvalsNeeded,
    policyVersion: row.policyVersion,
    failure: failureOf(row),
    outcome: row.outcome,
  }
}

export async function findRequest(
  ctx: Pick<Context, 'store'>,
  cluster: string | null,
  id: string,
): Promise<StoredRequest | null> {
  try {
    const [row] = await ctx.store.db
      .select()
      .from(topicRequest)
      .where(
        and(
          eq(topicRequest.id, Number(id)),
          cluster === null ? undefined : eq(topicRequest.cluster, cluster),
        ),
      )
    return row ?? null
  } catch (error) {
    throw toStoreError(error)
  }
}

export const unknownRequest = (id: string) => new AppError('REQUEST_UNKNOWN', { params: { request: id } })

export async function listEvents(ctx: Pick<Context, 'store'>, id: number): Promise<RequestEvent[]> {
  const rows = await ctx.store.db
    .select()
    .from(topicRequestEvent)
    .where(eq(topicRequestEvent.request, id))
    .orderBy(asc(topicRequestEvent.id))
    .limit(2000)
  const shown = changesShown(rows)
  return rows.map(row => ({
    id: String(row.id),
    at: iso(row.atMs),
    actor: row.actor,
    via: row.via,
    kind: requestEvent.shape.kind.parse(row.kind),
    text: row.text,
    mentions: z.array(z.string()).parse(JSON.parse(row.mentions)),
    code: row.code,
    changes: requestEvent.shape.changes.parse(JSON.parse((shown.has(row.id) && row.changes) || '[]')),
  }))
}

/** What changed is told of the newest lines of a timeline, up to so many characters. */
const CHANGES_CHARS = 1_000_000

function changesShown(rows: readonly { id: number; changes: string | null }[]): ReadonlySet<number> {
  const shown = new Set<number>()
  let left = CHANGES_CHARS
  for (const { id, changes } of rows.toReversed()) {
    left -= changes?.length ?? 0
    if (left < 0) break
    shown.add(id)
  }
  return shown
}

/** Names of topics that open requests for new topics ask for. */
export async function openCreations(
  ctx: Pick<Context, 'store'>,
  cluster: string,
): Promise<{ id: number; topic: string }[]> {
  try {
    return await ctx.store.db
      .select({ id: topicRequest.id, topic: topicRequest.topic })
      .from(topicRequest)
      .where(
        and(
          eq(topicRequest.cluster, cluster),
          eq(topicRequest.kind, 'create'),
          inArray(topicRequest.state, [...OPEN_STATES]),
        ),
      )
      .limit(10_000)
  } catch (error) {
    throw toStoreError(error)
  }
}
