import { and, asc, desc, eq, gt, inArray, lt, ne, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { InputOf } from '@/lib/contracts/endpoint'
import { requests } from '@/lib/contracts/requests'
import { authorise, mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { countMatched } from '@/server/http/count-matched'
import { decodeCursor, encodeCursor } from '@/server/http/cursor'
import { readVisible } from '@/server/http/read-visible'
import { verb } from '@/server/http/verb'
import { contains } from '@/server/store/contains'
import { toStoreError } from '@/server/store/errors'
import { topicRequest } from '@/server/store/schema/index'
import { type StoredRequest, toRow } from './request-store'
import { personOf, whyNotApprove } from './rights'

const cursorSchema = z.object({ at: z.number().int(), newest: z.boolean() })
type Filter = Omit<InputOf<typeof requests.listAll>, never>

/** Requests of one cluster that the caller may see. */
export const listRequests = verb(requests.list, async (ctx, { cluster, ...filter }) => {
  authorise(ctx, 'request.read', { cluster })
  ctx.clusters.get(cluster)
  return readPage(ctx, filter, cluster)
})

/** Requests of every cluster that the caller may see. */
export const listAllRequests = verb(requests.listAll, async (ctx, filter) => {
  authorise(ctx, 'request.read', {})
  return readPage(ctx, filter, null)
})

/** May this actor see it? Nobody learns of a topic that is hidden from them, unless they asked for it themselves. */
export const seesRequest = (ctx: Context, row: Pick<StoredRequest, 'by' | 'cluster' | 'topic'>): boolean =>
  row.by === personOf(ctx.actor) || mayDo(ctx, 'request.read', { cluster: row.cluster, topic: row.topic })

async function readPage(ctx: Context, filter: Filter, cluster: string | null) {
  const newest = filter.sort === 'newest'
  const cursor = filter.cursor === undefined ? null : decodeCursor(filter.cursor, cursorSchema)
  const from = cursor?.newest === newest ? cursor.at : null
  const wanted = conditions(ctx, filter, cluster)
  try {
    const { rows, at, hasMore } = await readVisible(
      { at: from, limit: filter.limit, isFirstExact: true },
      (before, limit) => {
        const beyond =
          before === null ? undefined : newest ? lt(topicRequest.id, before) : gt(topicRequest.id, before)
        return ctx.store.db
          .select()
          .from(topicRequest)
          .where(and(...wanted, beyond))
          .orderBy(newest ? desc(topicRequest.id) : asc(topicRequest.id))
          .limit(limit)
      },
      row => row.id,
      row => isWanted(ctx, filter, row),
    )
    const items = rows.map(toRow)
    const page = { isFirst: cursor === null, hasMore, shown: items.length }
    return {
      items,
      next: hasMore && at !== null ? encodeCursor({ at, newest }) : null,
      previous: null,
      ...(await countRequests(ctx, filter, wanted, page)),
    }
  } catch (error) {
    throw toStoreError(error)
  }
}

/** Whether somebody may approve rests on the whole row, whether they may see it on little of it. */
function countRequests(
  ctx: Context,
  filter: Filter,
  wanted: (SQL | undefined)[],
  page: Parameters<typeof countMatched>[0],
) {
  const { db } = ctx.store
  const { by, cluster, topic } = topicRequest
  return filter.tab === 'waiting'
    ? countMatched(
        page,
        limit =>
          db
            .select()
            .from(topicRequest)
            .where(and(...wanted))
            .limit(limit),
        row => isWanted(ctx, filter, row),
      )
    : countMatched(
        page,
        limit =>
          db
            .select({ by, cluster, topic })
            .from(topicRequest)
            .where(and(...wanted))
            .limit(limit),
        row => seesRequest(ctx, row),
      )
}

function conditions(ctx: Context, filter: Filter, cluster: string | null): (SQL | undefined)[] {
  const person = personOf(ctx.actor)
  const { tab, state, kind, query } = filter
  return [
    cluster === null
      ? inArray(
          topicRequest.cluster,
          ctx.config.clusters.map(one => one.id),
        )
      : eq(topicRequest.cluster, cluster),
    state ? eq(topicRequest.state, state) : undefined,
    kind ? eq(topicRequest.kind, kind) : undefined,
    query ? contains(topicRequest.topic, query) : undefined,
    tab === 'mine' ? eq(topicRequest.by, person) : undefined,
    ...(tab === 'waiting' ? [eq(topicRequest.state, 'pending'), ne(topicRequest.by, person)] : []),
    // Drafts are nobody else's business.
    tab === 'mine' ? undefined : sql`(${topicRequest.state} <> 'draft' or ${topicRequest.by} = ${person})`,
  ]
}

function isWanted(ctx: Context, filter: Filter, row: StoredRequest): boolean {
  return seesRequest(ctx, row) && (filter.tab !== 'waiting' || whyNotApprove(ctx, row) === null)
}
