import { randomUUID } from 'node:crypto'
import { and, gt, gte, lte, min, sql } from 'drizzle-orm'
import { toStoreError } from '@/server/store/errors'
import { auditEvent } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import {
  appendLocked,
  follows,
  lockChain,
  type NewAuditRow,
  PRUNED,
  readAnchor,
  readRows,
  writeAnchor,
} from './chain'

const BATCH = 1000

export type Pruning = {
  /** Rows from before this are let go. */
  beforeMs: number
  nowMs: number
  /** Rows at a time: a transaction of seconds, not minutes. */
  most: number
  instance: string
}

export type Pruned = { rows: number } | { brokenAt: number }

/**
 * Lets the oldest rows of the audit log go, in one transaction: they are walked once more (a chain that is
 * broken is evidence and stays), the last one becomes the anchor from which the rest is verified, and an
 * entry of its own says what went. A database trigger refuses every other deletion. Throws STORE_*.
 */
export async function pruneAudit(store: Store, pruning: Pruning): Promise<Pruned> {
  try {
    return await store.db.transaction(async tx => {
      await lockChain(tx)
      const anchor = await readAnchor(tx)
      const [kept] = await tx
        .select({ seq: min(auditEvent.seq) })
        .from(auditEvent)
        .where(and(gt(auditEvent.seq, anchor.seq), gte(auditEvent.atMs, pruning.beforeMs)))
      const end = Math.min(kept?.seq ?? Number.MAX_SAFE_INTEGER, anchor.seq + pruning.most + 1)
      let last = anchor
      for (;;) {
        const rows = await readRows(tx, last.seq, BATCH)
        const old = rows.filter(row => row.seq < end)
        for (const row of old) {
          if (!follows(row, last)) return { brokenAt: row.seq }
          last = { seq: row.seq, hash: row.hash }
        }
        if (old.length < BATCH) break
      }
      const rows = last.seq - anchor.seq
      if (rows === 0) return { rows }
      const entry = entryOf(pruning, JSON.stringify({ ...last, rows }))
      await appendLocked(tx, entry)
      await appendLocked(tx, { ...entry, kind: 'outcome', outcome: 'succeeded' })
      await writeAnchor(tx, last)
      await tx.execute(sql`select set_config('milena.audit_prune_to', ${String(last.seq)}, true)`)
      await tx.delete(auditEvent).where(lte(auditEvent.seq, last.seq))
      return { rows }
    })
  } catch (error) {
    throw toStoreError(error)
  }
}

function entryOf({ nowMs, instance }: Pruning, details: string): NewAuditRow {
  return {
    entry: randomUUID(),
    kind: 'intent',
    atMs: nowMs,
    actor: 'milena',
    actorKind: 'system',
    action: PRUNED,
    cluster: null,
    resource: 'audit',
    outcome: null,
    code: null,
    reason: null,
    requestId: `janitor:${instance}`,
    details,
  }
}
