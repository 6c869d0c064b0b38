import { and, eq } from 'drizzle-orm'
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

export async function writeAlias(
  tx: Transaction,
  alias: StoredAlias,
  by: { by: string; atMs: number },
): Promise<void> {
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
