import { and, count, eq } from 'drizzle-orm'
import { AppError } from '@/lib/errors'
import { deadLetterAlias } from '@/server/store/schema'
import type { Database, Transaction } from '@/server/store/types'
import { IssueAliases } from './issue-aliases'

/** What people merged and split in a cluster. Throws what the store throws. */
export async function readAliases(db: Database, cluster: string): Promise<IssueAliases> {
  const rows = await db.select().from(deadLetterAlias).where(eq(deadLetterAlias.cluster, cluster))
  return new IssueAliases(
    rows
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ fingerprint, contains, into }) => ({ fingerprint, contains: contains || null, into })),
  )
}

export type StoredAlias = { cluster: string; fingerprint: string; contains: string; into: string }

/** Each letter of an issue is held against each of its splits, and each look reads all of a cluster's. */
const MOST_SPLITS = 50
const MOST_ALIASES = 5000

/**
 * Throws INPUT_INVALID at `contains` or `fingerprints` where a cluster, or an issue that is split, has as many as
 * there may be.
 */
export async function writeAlias(
  tx: Transaction,
  alias: StoredAlias,
  by: { by: string; atMs: number },
): Promise<void> {
  await checkRoom(tx, alias)
  await tx
    .insert(deadLetterAlias)
    .values({ ...alias, ...by })
    .onConflictDoUpdate({
      target: [deadLetterAlias.cluster, deadLetterAlias.fingerprint, deadLetterAlias.contains],
      set: { into: alias.into, ...by },
    })
}

/** Answers whether there was one. */
export async function removeAlias(tx: Transaction, alias: Omit<StoredAlias, 'into'>): Promise<boolean> {
  const rows = await tx
    .delete(deadLetterAlias)
    .where(
      and(
        eq(deadLetterAlias.cluster, alias.cluster),
        eq(deadLetterAlias.fingerprint, alias.fingerprint),
        eq(deadLetterAlias.contains, alias.contains),
      ),
    )
    .returning()
  return rows.length > 0
}

/** What replaces another needs none. */
async function checkRoom(tx: Transaction, { cluster, fingerprint, contains }: StoredAlias): Promise<void> {
  const { cluster: of, fingerprint: from, contains: text } = deadLetterAlias
  const ofIssue = and(eq(of, cluster), eq(from, fingerprint))
  const [known] = await tx
    .select({ many: count() })
    .from(deadLetterAlias)
    .where(and(ofIssue, eq(text, contains)))
  if ((known?.many ?? 0) > 0) return
  for (const [where, maximum] of [
    [ofIssue, MOST_SPLITS],
    [eq(of, cluster), MOST_ALIASES],
  ] as const) {
    const [kept] = await tx.select({ many: count() }).from(deadLetterAlias).where(where)
    if ((kept?.many ?? 0) < maximum) continue
    const path = contains === '' ? 'fingerprints' : 'contains'
    const message = `there are ${maximum} already`
    throw new AppError('INPUT_INVALID', {
      fields: [{ path, code: 'TOO_MANY', message, params: { maximum } }],
    })
  }
}
