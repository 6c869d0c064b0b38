import { randomUUID } from 'node:crypto'
import { and, count, eq, or } from 'drizzle-orm'
import type { SavedView } from '@/lib/contracts/message-search'
import { messages } from '@/lib/contracts/messages'
import { AppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { savedView } from '@/server/store/schema'

/** Of one person: any name of a topic is taken, so that they have to be bounded over all as well. */
export const VIEWS_OF_TOPIC = 100
export const VIEWS_OF_ONE = 1_000
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
 * Keeps a view under its name; the same name again replaces one's own, however many there are. Throws
 * CLUSTER_UNKNOWN, and INPUT_INVALID for one that is too large, the 101st of a topic, or the 1001st of a person.
 */
export const saveView = verb(messages.saveView, async (ctx, { cluster, topic, name, query, shared }) => {
  authorise(ctx, 'record.read', { cluster, topic })
  ctx.clusters.get(cluster)
  const text = JSON.stringify(query)
  if (text.length > QUERY_CHARS_MAX)
    throw refused('TOO_BIG', `must have ${QUERY_CHARS_MAX} characters or less`, {
      maximum: QUERY_CHARS_MAX,
      of: 'string',
    })
  const owner = ctx.actor.name
  await checkRoom(ctx, { cluster, topic, name })
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

/** What replaces another needs none. */
async function checkRoom(
  { store: { db }, actor }: Context,
  { cluster, topic, name }: { cluster: string; topic: string; name: string },
): Promise<void> {
  const all = eq(savedView.owner, actor.name)
  const ofTopic = and(all, eq(savedView.cluster, cluster), eq(savedView.topic, topic))
  const [known] = await db
    .select({ id: savedView.id })
    .from(savedView)
    .where(and(ofTopic, eq(savedView.name, name)))
  if (known) return
  for (const [mine, maximum] of [
    [ofTopic, VIEWS_OF_TOPIC],
    [all, VIEWS_OF_ONE],
  ] as const) {
    const [kept] = await db.select({ many: count() }).from(savedView).where(mine)
    if ((kept?.many ?? 0) >= maximum)
      throw refused('TOO_MANY', `there are ${maximum} views already`, { maximum })
  }
}

const refused = (code: string, message: string, params: Record<string, string | number>) =>
  new AppError('INPUT_INVALID', { fields: [{ path: 'query', code, message, params }] })

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
