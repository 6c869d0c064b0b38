import { createHash } from 'node:crypto'
import { asc, desc, eq, gt, sql } from 'drizzle-orm'
import * as z from 'zod'
import { toStoreError } from '@/server/store/errors'
import { auditEvent, setting } from '@/server/store/schema/index'
import { storable } from '@/server/store/storable'
import type { Store, Transaction } from '@/server/store/types'

/** Any number, the same for all replicas: appends are one after the other. */
const CHAIN_LOCK = 7_305_214_002
const HEAD = 'audit.head'
/** Where the log begins since old rows were pruned: the last row that is gone. */
const ANCHOR = 'audit.anchor'
/** The action of the entry that says so, inside the chain: an anchor that no entry names was moved by somebody else. */
export const PRUNED = 'audit.prune'
const GENESIS = '0'.repeat(64)
const BATCH = 1000

/** A row as it was written; what the database derives of it is for searching only. */
export type AuditRow = Omit<typeof auditEvent.$inferSelect, 'topic' | 'targets'>
export type NewAuditRow = Omit<AuditRow, 'seq' | 'previousHash' | 'hash'>

/** A row by its number and hash; unknown keys beside them are dropped. */
const headSchema = z.object({ seq: z.number().int(), hash: z.string() })
export type Head = z.output<typeof headSchema>

/**
 * Hex SHA-256 over every column but `hash` itself, as a JSON array in this order: unambiguous whatever the
 * texts hold.
 */
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

/** What is hashed is what will be read again. */
const optional = (text: string | null) => (text === null ? null : storable(text))

/**
 * Appends one row to the chain; throws STORE_*. Serialised by an advisory lock, so that no two rows follow
 * the same one.
 */
export async function appendAudit(store: Store, row: NewAuditRow): Promise<AuditRow> {
  try {
    return await store.db.transaction(async tx => {
      await lockChain(tx)
      return appendLocked(tx, row)
    })
  } catch (error) {
    throw toStoreError(error)
  }
}

/** Until the transaction ends nobody else appends or prunes. */
export async function lockChain(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`)
}

/** `appendAudit` within a transaction that holds the lock. */
export async function appendLocked(tx: Transaction, row: NewAuditRow): Promise<AuditRow> {
  const clean = {
    ...row,
    actor: storable(row.actor),
    resource: storable(row.resource),
    cluster: optional(row.cluster),
    reason: optional(row.reason),
    details: storable(row.details),
  }
  const head = await readPlace(tx, HEAD)
  const linked = { ...clean, seq: head.seq + 1, previousHash: head.hash }
  const full: AuditRow = { ...linked, hash: hashOf(linked) }
  await tx.insert(auditEvent).values(full)
  await writePlace(tx, HEAD, full)
  return full
}

async function readPlace(db: Store['db'] | Transaction, key: string): Promise<Head> {
  const [row] = await db.select().from(setting).where(eq(setting.key, key))
  if (row) return headSchema.parse(JSON.parse(row.value))
  return { seq: 0, hash: GENESIS }
}

async function writePlace(tx: Transaction, key: string, { seq, hash }: Head): Promise<void> {
  const value = JSON.stringify({ seq, hash })
  await tx.insert(setting).values({ key, value }).onConflictDoUpdate({ target: setting.key, set: { value } })
}

/** The last row that was pruned, or the genesis. */
export const readAnchor = (db: Store['db'] | Transaction): Promise<Head> => readPlace(db, ANCHOR)
export const writeAnchor = (tx: Transaction, anchor: Head): Promise<void> => writePlace(tx, ANCHOR, anchor)

export type ChainVerdict = { state: 'intact' } | { state: 'broken'; seq: number }

/**
 * Walks the whole chain, a thousand rows at a time, and says at which row it breaks first: a changed, removed
 * or inserted row, a beginning that was cut off by somebody else than the janitor, or an end that was (the
 * head is kept apart). Throws STORE_*.
 */
export async function verifyChain(store: Store): Promise<ChainVerdict> {
  try {
    for (let attempt = 1; ; attempt++) {
      const anchor = await readAnchor(store.db)
      const verdict = await walk(store, anchor)
      // Rows that were pruned while it was walked are no break.
      const moved = (await readAnchor(store.db)).seq !== anchor.seq
      if (verdict.state === 'intact' || !moved || attempt === 3) return verdict
    }
  } catch (error) {
    throw toStoreError(error)
  }
}

async function walk(store: Store, anchor: Head): Promise<ChainVerdict> {
  // Read first: rows appended meanwhile are no break.
  const head = await readPlace(store.db, HEAD)
  let previous = anchor
  let pruned: Head = { seq: 0, hash: GENESIS }
  for (;;) {
    const rows = await readRows(store.db, previous.seq, BATCH)
    for (const row of rows) {
      if (!follows(row, previous)) return { state: 'broken', seq: row.seq }
      if (row.seq === head.seq && row.hash !== head.hash) return { state: 'broken', seq: row.seq }
      if (row.action === PRUNED && row.kind === 'outcome') pruned = prunedTo(row)
      previous = { seq: row.seq, hash: row.hash }
    }
    if (rows.length < BATCH) break
  }
  if (previous.seq < head.seq) return { state: 'broken', seq: previous.seq + 1 }
  const anchored = pruned.seq === anchor.seq && pruned.hash === anchor.hash
  return anchored ? { state: 'intact' } : { state: 'broken', seq: anchor.seq + 1 }
}

export const readRows = (db: Store['db'] | Transaction, afterSeq: number, limit: number) =>
  db.select().from(auditEvent).where(gt(auditEvent.seq, afterSeq)).orderBy(asc(auditEvent.seq)).limit(limit)

/** Is this row the next one after that, and as it was written? */
export function follows(row: AuditRow, previous: Head): boolean {
  return row.seq === previous.seq + 1 && row.previousHash === previous.hash && hashOf(row) === row.hash
}

function prunedTo(row: AuditRow): Head {
  const parsed = headSchema.safeParse(JSON.parse(row.details))
  return parsed.success ? parsed.data : { seq: -1, hash: '' }
}

/** Newest row, for tests and for the export of a sealed month. */
export async function lastAuditRow(store: Store): Promise<AuditRow | null> {
  const [row] = await store.db.select().from(auditEvent).orderBy(desc(auditEvent.seq)).limit(1)
  return row ?? null
}
