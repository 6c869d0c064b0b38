import { and, desc, eq, lt } from 'drizzle-orm'
import * as z from 'zod'
import { notices, type OutboxMessage } from '@/lib/contracts/notices'
import { authorise } from '@/server/auth/authorise'
import { decodeCursor, encodeCursor } from '@/server/http/cursor'
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

/** Messages to the outside, newest first. */
export const listNotices = verb(notices.list, async (ctx, input) => {
  authorise(ctx, 'outbox.read', {})
  const before = input.cursor === undefined ? null : decodeCursor(input.cursor, cursorSchema).before
  try {
    const rows = await ctx.store.db
      .select()
      .from(outbox)
      .where(
        and(
          input.state ? eq(outbox.state, input.state) : undefined,
          input.channel ? eq(outbox.channel, input.channel) : undefined,
          before === null ? undefined : lt(outbox.seq, before),
        ),
      )
      .orderBy(desc(outbox.seq))
      .limit(input.limit + 1)
    const items = rows.slice(0, input.limit)
    const last = items.at(-1)
    return {
      items: items.map(toMessage),
      next: last && rows.length > input.limit ? encodeCursor({ before: last.seq }) : null,
      previous: null,
    }
  } catch (error) {
    throw toStoreError(error)
  }
})
