import { randomUUID } from 'node:crypto'
import { and, count, eq, or } from 'drizzle-orm'
import type { SavedView } from '@/lib/contracts/message-search'
import { messages } from '@/lib/contracts/messages'
import { AppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { savedView } from '@/server/store/schema'

const VIEWS_OF_ONE = 100
const QUERY_CHARS_MAX = 16_384

type Row = typeof savedView.$inferSelect

/** Views of a topic that the actor made or that somebody shares, by name. */
export const listViews = verb(messages.views, async (ctx, { cluster, topic }) => {
  authorise(ctx, 'record.read', { cluster, topic })
  const rows = await ctx.store.db
    .select()
    .from(savedView)
    .where(
      and(
        eq(savedView.cluster, cluster),
        eq(savedView.topic, topic),
        or(eq(savedView.owner, ctx.actor.name), eq(savedView.shared, true)),
      ),
    )
    .orderBy(savedView.name)
    .limit(1000)
  return { items: rows.map(row => toView(ctx, row)) }
})

/**
 * Keeps a view under its name; the same name again replaces one's own. Throws INPUT_INVALID for one that is
 * too large, or the 101st.
 */
export const saveView = verb(messages.saveView, async (ctx, { cluster, topic, name, query, shared }) => {
  authorise(ctx, 'record.read', { cluster, topic })
  const text = JSON.stringify(query)
  const owner = ctx.actor.name
  const mine = and(eq(savedView.cluster, cluster), eq(savedView.topic, topic), eq(savedView.owner, owner))
  const [kept] = await ctx.store.db.select({ many: count() }).from(savedView).where(mine)
  const refuse = (code: string, message: string, params: Record<string, string | number>) =>
    new AppError('INPUT_INVALID', { fields: [{ path: 'query', code, message, params }] })
  if (text.length > QUERY_CHARS_MAX)
    throw refuse('TOO_BIG', `must have ${QUERY_CHARS_MAX} characters or less`, {
      maximum: QUERY_CHARS_MAX,
      of: 'string',
    })
  if ((kept?.many ?? 0) >= VIEWS_OF_ONE)
    throw refuse('TOO_MANY', `there are ${VIEWS_OF_ONE} views already`, { maximum: VIEWS_OF_ONE })
  const now = { query: text, shared, updatedAtMs: ctx.clock.now() }
  const [row] = await ctx.store.db
    .insert(savedView)
    .values({ id: randomUUID(), cluster, topic, owner, name, ...now })
    .onConflictDoUpdate({
      target: [savedView.cluster, savedView.topic, savedView.owner, savedView.name],
      set: now,
    })
    .returning()
  if (row === undefined) throw new AppError('INTERNAL')
  return toView(ctx, row)
})

/** Forgets a view of one's own. Throws VIEW_UNKNOWN, also for somebody else's. */
export const deleteView = verb(messages.deleteView, async (ctx, { cluster, topic, view }) => {
  authorise(ctx, 'record.read', { cluster, topic })
  const gone = await ctx.store.db
    .delete(savedView)
    .where(
      and(
        eq(savedView.id, view),
        eq(savedView.cluster, cluster),
        eq(savedView.topic, topic),
        eq(savedView.owner, ctx.actor.name),
      ),
    )
    .returning({ id: savedView.id })
  if (gone.length === 0) throw new AppError('VIEW_UNKNOWN')
  return {}
})

function toView(ctx: Context, { owner, query, updatedAtMs, ...row }: Row): SavedView {
  return {
    ...row,
    query: JSON.parse(query),
    mine: owner === ctx.actor.name,
    by: owner,
    updatedAt: new Date(updatedAtMs).toISOString(),
  }
}
