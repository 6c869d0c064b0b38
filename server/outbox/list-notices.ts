import { and, desc, eq, lt } from 'drizzle-orm'
import * as z from 'zod'
import { notices, type OutboxMessage } from '@/lib/contracts/notices'
import { authorise, mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { countMatched } from '@/server/http/count-matched'
import { decodeCursor, encodeCursor } from '@/server/http/cursor'
import { readVisible } from '@/server/http/read-visible'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { outbox } from '@/server/store/schema/index'
import { noticeSchema } from './notice'
import type { OutboxRow } from './outbox-store'

const cursorSchema = z.object({ before: z.number().int().positive() })
const iso = (ms: number) => new Date(ms).toISOString()

/** A stored message as it may be shown: neither its address nor what programs are told. */
export function toMessage(row: OutboxRow): OutboxMessage {
  const notice = noticeSchema.safeParse(JSON.parse(row.payload))
  return {
    id: row.id,
    channel: row.channel,
    event: row.event,
    subject: row.subject,
    title: notice.success ? notice.data.title : { ko: row.event, en: row.event },
    path: notice.success ? notice.data.path : '/',
    state: row.state,
    attempts: row.attempts,
    error: row.error,
    createdAt: iso(row.createdAtMs),
    nextAt: row.state === 'pending' ? iso(row.nextAtMs) : null,
    sentAt: row.sentAtMs === null ? null : iso(row.sentAtMs),
  }
}

const about = z.object({
  cluster: z.string().nullable(),
  data: z.object({ request: z.object({ topic: z.string() }).optional().catch(undefined) }),
})

/**
 * May this actor see it? What tells of a cluster or a topic is for those who may see them; what tells of
 * none, for everybody who reads here.
 */
function isVisible(ctx: Context, row: Pick<OutboxRow, 'payload'>): boolean {
  const told = about.safeParse(JSON.parse(row.payload))
  if (!told.success) return mayDo(ctx, 'outbox.send', {})
  const { cluster, data } = told.data
  if (cluster === null) return true
  return mayDo(ctx, 'outbox.read', { cluster, ...(data.request && { topic: data.request.topic }) })
}

/** Messages to the outside that the caller may see, newest first. */
export const listNotices = verb(notices.list, async (ctx, input) => {
  authorise(ctx, 'outbox.read', {})
  const from = input.cursor === undefined ? null : decodeCursor(input.cursor, cursorSchema).before
  const wanted = [
    input.state ? eq(outbox.state, input.state) : undefined,
    input.channel ? eq(outbox.channel, input.channel) : undefined,
  ]
  try {
    const {
      rows,
      at: before,
      hasMore,
    } = await readVisible(
      { at: from, limit: input.limit },
      (at, limit) =>
        ctx.store.db
          .select()
          .from(outbox)
          .where(and(...wanted, at === null ? undefined : lt(outbox.seq, at)))
          .orderBy(desc(outbox.seq))
          .limit(limit),
      row => row.seq,
      row => isVisible(ctx, row),
    )
    const items = rows.map(toMessage)
    const counted = await countMatched(
      { isFirst: input.cursor === undefined, hasMore, shown: items.length },
      limit =>
        ctx.store.db
          .select({ payload: outbox.payload })
          .from(outbox)
          .where(and(...wanted))
          .orderBy(desc(outbox.seq))
          .limit(limit),
      row => isVisible(ctx, row),
    )
    return {
      items,
      next: hasMore && before !== null ? encodeCursor({ before }) : null,
      previous: null,
      ...counted,
    }
  } catch (error) {
    throw toStoreError(error)
  }
})
