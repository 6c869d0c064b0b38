import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { ReplayState } from '@/lib/contracts/replays'
import { decodeCursor, encodeCursor } from '@/server/http/cursor'
import { toStoreError } from '@/server/store/errors'
import { replay } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import type { ReplayRow } from './replay-store'

const place = z.object({
  open: z.number().int(),
  at: z.number(),
  id: z.string().max(64),
  back: z.boolean(),
})

export type ListedRows = {
  rows: ReplayRow[]
  next: string | null
  previous: string | null
  total: number
}

/** Running ones stand first. */
const open = sql<number>`case when ${replay.state} = 'running' then 1 else 0 end`

/**
 * One page of a cluster's replays of topics that `may` lets through: running first, then newest. Only what
 * the page holds is read; topics are asked for by name first, since rights are patterns that the store can't
 * match. Throws CURSOR_INVALID, STORE_*.
 */
export async function listRows(
  store: Store,
  cluster: string,
  filter: { state?: ReplayState | undefined; may: (topic: string) => boolean },
  page: { limit: number; cursor?: string | undefined },
): Promise<ListedRows> {
  const cursor = page.cursor === undefined ? null : decodeCursor(page.cursor, place)
  try {
    const where = [eq(replay.cluster, cluster)]
    if (filter.state !== undefined) where.push(eq(replay.state, filter.state))
    const counted = await store.db
      .select({ topic: replay.sourceTopic, count: sql<number>`count(*)::int` })
      .from(replay)
      .where(and(...where))
      .groupBy(replay.sourceTopic)
    const seen = counted.filter(one => filter.may(one.topic))
    const total = seen.reduce((sum, one) => sum + one.count, 0)
    if (total === 0) return { rows: [], next: null, previous: null, total }
    if (seen.length < counted.length)
      where.push(
        inArray(
          replay.sourceTopic,
          seen.map(one => one.topic),
        ),
      )
    const back = cursor?.back ?? false
    if (cursor) {
      const [a, b, c] = [open, replay.createdAtMs, replay.id]
      const behind = back
        ? sql`(${a}, ${b}, ${c}) > (${cursor.open}::int, ${cursor.at}::bigint, ${cursor.id}::text)`
        : sql`(${a}, ${b}, ${c}) < (${cursor.open}::int, ${cursor.at}::bigint, ${cursor.id}::text)`
      where.push(behind)
    }
    const order = back
      ? [open, replay.createdAtMs, replay.id]
      : [desc(open), desc(replay.createdAtMs), desc(replay.id)]
    const found = await store.db
      .select()
      .from(replay)
      .where(and(...where))
      .orderBy(...order)
      .limit(page.limit + 1)
    const rows = found.slice(0, page.limit)
    if (back) rows.reverse()
    const more = found.length > page.limit
    const [first] = rows
    const last = rows.at(-1)
    const at = (row: ReplayRow | undefined, isBack: boolean) =>
      row === undefined
        ? null
        : encodeCursor({
            open: row.state === 'running' ? 1 : 0,
            at: row.createdAtMs,
            id: row.id,
            back: isBack,
          })
    return {
      rows,
      next: (back ? cursor !== null : more) ? at(last, false) : null,
      previous: (back ? more : cursor !== null) ? at(first, true) : null,
      total,
    }
  } catch (error) {
    throw toStoreError(error)
  }
}
