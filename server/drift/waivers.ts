import { randomUUID } from 'node:crypto'
import { and, count, eq, lt } from 'drizzle-orm'
import { drift } from '@/lib/contracts/drift'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { driftWaiver } from '@/server/store/schema/index'

const LONGEST_MS = 366 * 86_400_000
const MOST_WAIVERS = 20_000

/**
 * Accepts findings of a topic until a day, at most a year on. A waiver that is there is replaced. Throws
 * INPUT_INVALID, STATE_CONFLICT.
 */
export const waiveDrift = verb(drift.waive, async (ctx, input) => {
  const { cluster, topic, rules, reason, until } = input
  authorise(ctx, 'catalogue.write', { cluster, topic })
  ctx.clusters.get(cluster)
  const nowMs = ctx.clock.now()
  const untilMs = Date.parse(until)
  if (untilMs <= nowMs || untilMs > nowMs + LONGEST_MS) {
    const message = 'must be in the future, a year on at most'
    throw new AppError('INPUT_INVALID', { fields: [{ path: 'until', code: 'RANGE', message }] })
  }
  const { db } = ctx.store
  const subject = {
    action: 'drift.waive',
    cluster,
    resource: `topic:${topic}`,
    details: { rules, until },
    reason,
  }
  const rows = await audited(ctx, subject, async () => {
    // Long expired ones make room.
    await db.delete(driftWaiver).where(lt(driftWaiver.untilMs, nowMs - LONGEST_MS))
    const [total] = await db.select({ n: count() }).from(driftWaiver)
    if ((total?.n ?? 0) >= MOST_WAIVERS)
      throw new AppError('STATE_CONFLICT', { detail: 'There are too many waivers.' })
    const written = []
    for (const rule of new Set(rules)) {
      const row = { reason, by: ctx.actor.name, atMs: nowMs, untilMs }
      const [made] = await db
        .insert(driftWaiver)
        .values({ id: randomUUID(), cluster, topic, rule, ...row })
        .onConflictDoUpdate({
          target: [driftWaiver.cluster, driftWaiver.topic, driftWaiver.rule],
          set: row,
        })
        .returning({ id: driftWaiver.id })
      if (made) written.push({ id: made.id, rule, ...row })
    }
    return written
  })
  return {
    items: rows.map(({ id, rule, by, atMs }) => ({
      ...{ id, rule, reason, by, until },
      at: new Date(atMs).toISOString(),
    })),
  }
})

/** Takes a waiver back: the finding is open again. Throws NOT_FOUND. */
export const unwaiveDrift = verb(drift.unwaive, async (ctx, input) => {
  const mine = and(eq(driftWaiver.id, input.waiver), eq(driftWaiver.cluster, input.cluster))
  const [row] = await ctx.store.db
    .select()
    .from(driftWaiver)
    .where(mine)
    .catch(error => {
      throw toStoreError(error)
    })
  // Who may not see the topic learns nothing about its waivers either.
  authorise(ctx, 'catalogue.write', { cluster: input.cluster, ...(row && { topic: row.topic }) })
  if (!row) throw new AppError('NOT_FOUND')
  const subject = {
    action: 'drift.unwaive',
    cluster: input.cluster,
    resource: `topic:${row.topic}`,
    details: { rule: row.rule },
  }
  await audited(ctx, subject, () => ctx.store.db.delete(driftWaiver).where(mine))
  return { id: input.waiver }
})
