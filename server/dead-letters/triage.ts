import { eq } from 'drizzle-orm'
import type { IssueStatus } from '@/lib/contracts/dead-letters'
import { deadLetterStatus } from '@/server/store/schema'
import type { Store } from '@/server/store/types'

/** What a person decided about an issue. */
export type Triage = {
  status: 'acknowledged' | 'resolved' | 'archived'
  atMs: number
  firstSeenMs: number | null
}

/** All decisions of one cluster, by fingerprint. Throws AppError STORE_*. */
export async function readTriage(store: Store, cluster: string): Promise<Map<string, Triage>> {
  const rows = await store.db.select().from(deadLetterStatus).where(eq(deadLetterStatus.cluster, cluster))
  const triage = new Map<string, Triage>()
  for (const { fingerprint, status, atMs, firstSeenMs } of rows)
    if (status === 'acknowledged' || status === 'resolved' || status === 'archived')
      triage.set(fingerprint, { status, atMs, firstSeenMs })
  return triage
}

type Facts = { open: number; refailed: number; lastMs: number }

/**
 * Status of an issue: archived stays so; resolved until a newer letter comes, which is new; then what replays say; an acknowledged one
 * keeps that word while something is open.
 */
export function issueStatus({ open, refailed, lastMs }: Facts, triage: Triage | undefined): IssueStatus {
  if (triage?.status === 'archived') return 'archived'
  if (triage?.status === 'resolved' && lastMs <= triage.atMs) return 'resolved'
  if (open === 0) return 'replayed'
  if (refailed > 0) return 'refailed'
  return triage?.status === 'acknowledged' ? 'acknowledged' : 'new'
}

/** Status of one letter, by the same rules. */
export function letterStatus(
  letter: { replayed: boolean; refailed: boolean; atMs: number },
  triage: Triage | undefined,
): IssueStatus {
  return issueStatus(
    {
      open: letter.replayed ? 0 : 1,
      refailed: letter.refailed && !letter.replayed ? 1 : 0,
      lastMs: letter.atMs,
    },
    triage,
  )
}
