import { and, asc, eq, inArray, lt, lte, notExists, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { outbox, outboxRef } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import type { OutboxCounts } from './service'

export type OutboxRow = typeof outbox.$inferSelect

const earlier = alias(outbox, 'earlier')
/** Sent ones are kept for whoever looks, dead ones longer: somebody has to see them. */
const SENT_KEPT_MS = 30 * 24 * 3600 * 1000
const DEAD_KEPT_MS = 90 * 24 * 3600 * 1000
const MOST_PRUNED = 5000

const isDue = (nowMs: number) =>
  and(eq(outbox.state, 'pending'), lte(outbox.nextAtMs, nowMs), lte(outbox.leaseUntilMs, nowMs))

/** Channels that have something to send now. */
export async function dueChannels({ db }: Store, nowMs: number): Promise<string[]> {
  const rows = await db.selectDistinct({ channel: outbox.channel }).from(outbox).where(isDue(nowMs))
  return rows.map(row => row.channel)
}

/**
 * Leases up to `most` messages of a channel that are due, each the oldest of its subject that is not sent or
 * given up: a subject's messages never overtake each other. Of several replicas each gets others.
 */
export async function claim(
  { db }: Store,
  options: { channel: string; owner: string; nowMs: number; leaseMs: number; most: number },
): Promise<OutboxRow[]> {
  const { channel, owner, nowMs, leaseMs, most } = options
  return db.transaction(async tx => {
    const due = await tx
      .select({ id: outbox.id })
      .from(outbox)
      .where(
        and(
          isDue(nowMs),
          eq(outbox.channel, channel),
          notExists(
            tx
              .select({ one: sql`1` })
              .from(earlier)
              .where(
                and(
                  eq(earlier.channel, outbox.channel),
                  eq(earlier.subject, outbox.subject),
                  lt(earlier.seq, outbox.seq),
                  eq(earlier.state, 'pending'),
                ),
              ),
          ),
        ),
      )
      .orderBy(asc(outbox.seq))
      .limit(most)
      .for('update', { skipLocked: true })
    if (due.length === 0) return []
    return tx
      .update(outbox)
      .set({ leaseOwner: owner, leaseUntilMs: nowMs + leaseMs, attempts: sql`${outbox.attempts} + 1` })
      .where(
        inArray(
          outbox.id,
          due.map(row => row.id),
        ),
      )
      .returning()
  })
}

/** Only whoever holds the lease of this attempt says what became of it. */
const mine = (row: OutboxRow) =>
  and(
    eq(outbox.id, row.id),
    eq(outbox.state, 'pending'),
    eq(outbox.attempts, row.attempts),
    row.leaseOwner === null ? undefined : eq(outbox.leaseOwner, row.leaseOwner),
  )

export async function settleSent(
  { db }: Store,
  row: OutboxRow,
  nowMs: number,
  made: { ref: string; key: string | null } | null,
): Promise<void> {
  await db.transaction(async tx => {
    if (made) {
      const { ref, key } = made
      await tx
        .insert(outboxRef)
        .values({ channel: row.channel, subject: row.subject, ref, key, atMs: nowMs })
        .onConflictDoUpdate({
          target: [outboxRef.channel, outboxRef.subject],
          set: { ref, key, atMs: nowMs },
        })
    }
    await tx
      .update(outbox)
      .set({ state: 'sent', sentAtMs: nowMs, leaseUntilMs: 0, leaseOwner: null, error: null })
      .where(mine(row))
  })
}

export async function settleFailed(
  { db }: Store,
  row: OutboxRow,
  next: { state: 'pending' | 'dead'; nextAtMs: number; error: string },
): Promise<void> {
  await db
    .update(outbox)
    .set({ ...next, leaseUntilMs: 0, leaseOwner: null })
    .where(mine(row))
}

export async function refOf(
  { db }: Pick<Store, 'db'>,
  channel: string,
  subject: string,
): Promise<string | null> {
  const [row] = await db
    .select({ ref: outboxRef.ref })
    .from(outboxRef)
    .where(and(eq(outboxRef.channel, channel), eq(outboxRef.subject, subject)))
  return row?.ref ?? null
}

export async function countOutbox({ db }: Pick<Store, 'db'>): Promise<OutboxCounts> {
  const rows = await db
    .select({
      state: outbox.state,
      count: sql<number>`count(*)`.mapWith(Number),
      oldestMs: sql<number | null>`min(${outbox.createdAtMs})`,
    })
    .from(outbox)
    .where(inArray(outbox.state, ['pending', 'dead']))
    .groupBy(outbox.state)
  const pending = rows.find(row => row.state === 'pending')
  return {
    pending: pending?.count ?? 0,
    dead: rows.find(row => row.state === 'dead')?.count ?? 0,
    oldestPendingAtMs: pending?.oldestMs == null ? null : Number(pending.oldestMs),
  }
}

/** Takes away what nobody looks at any more; bounded a round. */
export async function pruneOutbox({ db }: Store, nowMs: number): Promise<void> {
  for (const [state, keptMs] of [
    ['sent', SENT_KEPT_MS],
    ['dead', DEAD_KEPT_MS],
  ] as const) {
    const old = db
      .select({ id: outbox.id })
      .from(outbox)
      .where(and(eq(outbox.state, state), lt(outbox.createdAtMs, nowMs - keptMs)))
      .limit(MOST_PRUNED)
    await db.delete(outbox).where(inArray(outbox.id, old))
  }
}
