import { createHash } from 'node:crypto'
import { asc, desc, eq, gt, sql } from 'drizzle-orm'
import * as z from 'zod'
import { toStoreError } from '@/server/store/errors'
import { auditEvent, setting } from '@/server/store/schema/index'
import type { Store, Transaction } from '@/server/store/types'

/** Any number, the same for all replicas: appends are one after the other. */
const CHAIN_LOCK = 7_305_214_002
const HEAD = 'audit.head'
const GENESIS = '0'.repeat(64)
const BATCH = 1000

export type AuditRow = typeof auditEvent.$inferSelect
export type NewAuditRow = Omit<AuditRow, 'seq' | 'previousHash' | 'hash'>

const headSchema = z.object({ seq: z.number().int(), hash: z.string() })
type Head = z.output<typeof headSchema>

/** Hex SHA-256 over every column but `hash` itself, as a JSON array in this order: unambiguous whatever the texts hold. */
export function hashOf(row: Omit<AuditRow, 'hash'>): string {
  const covered = [
    row.seq,
    row.entry,
    row.kind,
    row.atMs,
    row.actor,
    row.actorKind,
    row.action,
    row.cluster,
    row.resource,
    row.outcome,
    row.code,
    row.reason,
    row.requestId,
    row.details,
    row.previousHash,
  ]
  return createHash('sha256').update(JSON.stringify(covered)).digest('hex')
}

/** PostgreSQL takes no NUL in a text, and a lone surrogate would come back as another character and break the hash. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

const optional = (text: string | null) => (text === null ? null : storable(text))

/** Appends one row to the chain; throws STORE_*. Serialised by an advisory lock, so that no two rows follow the same one. */
export async function appendAudit(store: Store, row: NewAuditRow): Promise<AuditRow> {
  const clean = {
    ...row,
    actor: storable(row.actor),
    resource: storable(row.resource),
    cluster: optional(row.cluster),
    reason: optional(row.reason),
    details: storable(row.details),
  }
  try {
    return await store.db.transaction(async tx => {
      await tx.execute(sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`)
      const head = await readHead(tx)
      const linked = { ...clean, seq: head.seq + 1, previousHash: head.hash }
      const full: AuditRow = { ...linked, hash: hashOf(linked) }
      await tx.insert(auditEvent).values(full)
      const value = JSON.stringify({ seq: full.seq, hash: full.hash })
      await tx
        .insert(setting)
        .values({ key: HEAD, value })
        .onConflictDoUpdate({ target: setting.key, set: { value } })
      return full
    })
  } catch (error) {
    throw toStoreError(error)
  }
}

async function readHead(db: Store['db'] | Transaction): Promise<Head> {
  const [row] = await db.select().from(setting).where(eq(setting.key, HEAD))
  if (row) return headSchema.parse(JSON.parse(row.value))
  return { seq: 0, hash: GENESIS }
}

export type ChainVerdict = { state: 'intact' } | { state: 'broken'; seq: number }

/**
 * Walks the whole chain, a thousand rows at a time, and says at which row it breaks first: a changed, removed or inserted row, or an
 * end that was cut off (the head is kept apart). Throws STORE_*.
 */
export async function verifyChain(store: Store): Promise<ChainVerdict> {
  try {
    // Read first: rows appended meanwhile are no break.
    const head = await readHead(store.db)
    let previous: Head = { seq: 0, hash: GENESIS }
    for (;;) {
      const rows = await store.db
        .select()
        .from(auditEvent)
        .where(gt(auditEvent.seq, previous.seq))
        .orderBy(asc(auditEvent.seq))
        .limit(BATCH)
      for (const row of rows) {
        const follows = row.seq === previous.seq + 1 && row.previousHash === previous.hash
        if (!follows || hashOf(row) !== row.hash) return { state: 'broken', seq: row.seq }
        if (row.seq === head.seq && row.hash !== head.hash) return { state: 'broken', seq: row.seq }
        previous = { seq: row.seq, hash: row.hash }
      }
      if (rows.length < BATCH) break
    }
    return previous.seq < head.seq ? { state: 'broken', seq: previous.seq + 1 } : { state: 'intact' }
  } catch (error) {
    throw toStoreError(error)
  }
}

/** Newest row, for tests and for the export of a sealed month. */
export async function lastAuditRow(store: Store): Promise<AuditRow | null> {
  const [row] = await store.db.select().from(auditEvent).orderBy(desc(auditEvent.seq)).limit(1)
  return row ?? null
}
