import { randomUUID } from 'node:crypto'
import { and, desc, eq, lt } from 'drizzle-orm'
import type { IssueEvent, TriageStatus } from '@/lib/contracts/dead-letter-triage'
import { toStoreError } from '@/server/store/errors'
import { deadLetterEvent, deadLetterStatus } from '@/server/store/schema'
import type { Database, Store, Transaction } from '@/server/store/types'
import type { TriageMarks } from './triage'

const HISTORY = 200
/** Entries kept of one issue, the newest. */
const KEPT = 1000

export type TriageActor = { name: string; kind: 'user' | 'token' | 'system' }
type Written = { cluster: string; fingerprint: string; actor: TriageActor; atMs: number }

/** An issue's history, newest first, at most 200. Throws AppError STORE_*. */
export async function readHistory(store: Store, cluster: string, fingerprint: string): Promise<IssueEvent[]> {
  try {
    const rows = await store.db
      .select()
      .from(deadLetterEvent)
      .where(and(eq(deadLetterEvent.cluster, cluster), eq(deadLetterEvent.fingerprint, fingerprint)))
      .orderBy(desc(deadLetterEvent.atMs), desc(deadLetterEvent.id))
      .limit(HISTORY)
    return rows.map(toEvent)
  } catch (error) {
    throw toStoreError(error)
  }
}

/** Decides about one issue; the assignee stays. Its history says what it was before. */
export async function writeStatus(
  tx: Transaction,
  at: Written,
  change: {
    status: TriageStatus
    from: string
    reason: string | null
    firstSeenMs: number
    marks: TriageMarks
  },
): Promise<void> {
  const { status, from, reason, firstSeenMs } = change
  const decided = {
    status,
    by: at.actor.name,
    atMs: at.atMs,
    note: reason,
    marks: JSON.stringify(change.marks),
  }
  await tx
    .insert(deadLetterStatus)
    .values({ cluster: at.cluster, fingerprint: at.fingerprint, firstSeenMs, ...decided })
    .onConflictDoUpdate({
      target: [deadLetterStatus.cluster, deadLetterStatus.fingerprint],
      set: decided,
    })
  await appendEvent(tx, at, { kind: 'status', from, to: status, text: reason })
}

/** Gives an issue to somebody or nobody; answers whether that changed anything. */
export async function writeAssignee(
  tx: Transaction,
  at: Written,
  change: { assignee: string | null; firstSeenMs: number },
): Promise<boolean> {
  const { cluster, fingerprint, actor, atMs } = at
  const mine = and(eq(deadLetterStatus.cluster, cluster), eq(deadLetterStatus.fingerprint, fingerprint))
  const [before] = await tx.select().from(deadLetterStatus).where(mine)
  if ((before?.assignee ?? null) === change.assignee) return false
  await tx
    .insert(deadLetterStatus)
    .values({ cluster, fingerprint, status: 'new', by: actor.name, atMs, ...change })
    .onConflictDoUpdate({
      target: [deadLetterStatus.cluster, deadLetterStatus.fingerprint],
      set: { assignee: change.assignee },
    })
  const { assignee: to } = change
  await appendEvent(tx, at, { kind: 'assign', from: before?.assignee ?? null, to, text: null })
  return true
}

/** A regression: letters came after the issue was resolved. Answers false when somebody else was first. */
export async function writeReopened(tx: Transaction, at: Written): Promise<boolean> {
  const rows = await tx
    .update(deadLetterStatus)
    .set({ status: 'new', by: at.actor.name, atMs: at.atMs, note: null, marks: null })
    .where(
      and(
        eq(deadLetterStatus.cluster, at.cluster),
        eq(deadLetterStatus.fingerprint, at.fingerprint),
        eq(deadLetterStatus.status, 'resolved'),
      ),
    )
    .returning()
  if (rows.length === 0) return false
  await appendEvent(tx, at, { kind: 'reopened', from: 'resolved', to: 'new', text: null })
  return true
}

export async function appendEvent(
  tx: Transaction | Database,
  { cluster, fingerprint, actor, atMs }: Written,
  event: Pick<IssueEvent, 'from' | 'to' | 'text'> & {
    /** What replays did is read from them. */
    kind: Exclude<IssueEvent['kind'], 'replay' | 'refailed'>
  },
): Promise<IssueEvent> {
  const mine = and(eq(deadLetterEvent.cluster, cluster), eq(deadLetterEvent.fingerprint, fingerprint))
  const [newest] = await tx
    .select({ atMs: deadLetterEvent.atMs })
    .from(deadLetterEvent)
    .where(mine)
    .orderBy(desc(deadLetterEvent.atMs))
    .limit(1)
  const row = {
    id: randomUUID(),
    cluster,
    fingerprint,
    // Two of one millisecond keep their order.
    atMs: Math.max(atMs, (newest?.atMs ?? 0) + 1),
    actor: actor.name,
    actorKind: actor.kind,
    ...event,
  }
  await tx.insert(deadLetterEvent).values(row)
  const [oldest] = await tx
    .select({ atMs: deadLetterEvent.atMs })
    .from(deadLetterEvent)
    .where(mine)
    .orderBy(desc(deadLetterEvent.atMs))
    .offset(KEPT)
    .limit(1)
  if (oldest) await tx.delete(deadLetterEvent).where(and(mine, lt(deadLetterEvent.atMs, oldest.atMs + 1)))
  return toEvent(row)
}

function toEvent(row: typeof deadLetterEvent.$inferSelect): IssueEvent {
  const { id, atMs, actor, actorKind, kind, from, to, text } = row
  return { id, at: new Date(atMs).toISOString(), actor, actorKind, kind, from, to, text }
}
