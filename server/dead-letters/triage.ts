import { eq } from 'drizzle-orm'
import * as z from 'zod'
import type { IssueStatus } from '@/lib/contracts/dead-letters'
import { deadLetterStatus } from '@/server/store/schema'
import type { Store } from '@/server/store/types'

/** How far each log was when a person decided: what lies behind came after. By topic; `id` tells a topic made anew. */
export type TriageMarks = Record<string, { id: string; ends: Record<string, number> }>

/** What a person decided about an issue. */
export type Triage = {
  status: 'new' | 'acknowledged' | 'resolved' | 'archived'
  by: string
  atMs: number
  firstSeenMs: number | null
  assignee: string | null
  /** null: decided before marks were kept; then the time of a letter counts. */
  marks: TriageMarks | null
}

const marksSchema = z.record(z.string(), z.object({ id: z.string(), ends: z.record(z.string(), z.number()) }))

/** All decisions of one cluster, by fingerprint. Throws AppError STORE_*. */
export async function readTriage(store: Store, cluster: string): Promise<Map<string, Triage>> {
  const rows = await store.db.select().from(deadLetterStatus).where(eq(deadLetterStatus.cluster, cluster))
  const triage = new Map<string, Triage>()
  for (const row of rows) {
    const { fingerprint, status, by, atMs, firstSeenMs, assignee } = row
    if (status === 'replaying' || status === 'replayed' || status === 'refailed') continue
    triage.set(fingerprint, { status, by, atMs, firstSeenMs, assignee, marks: parseMarks(row.marks) })
  }
  return triage
}

function parseMarks(text: string | null): TriageMarks | null {
  if (text === null) return null
  const parsed = marksSchema.safeParse(JSON.parse(text))
  return parsed.success ? parsed.data : null
}

type Facts = {
  open: number
  replayed: number
  refailed: number
  /** Letters came after the decision. */
  newer: boolean
  replaying: boolean
}

/**
 * Status of an issue: archived stays so; resolved until a newer letter comes, which is new; then what replays
 * say; an acknowledged one keeps that word while something is open.
 */
export function issueStatus(
  { open, replayed, refailed, newer, replaying }: Facts,
  triage: Triage | undefined,
): IssueStatus {
  if (triage?.status === 'archived') return 'archived'
  if (triage?.status === 'resolved' && !newer) return 'resolved'
  // What is done without any replay was dropped.
  if (open === 0) return replayed > 0 ? 'replayed' : 'resolved'
  if (replaying) return 'replaying'
  if (refailed > 0) return 'refailed'
  return triage?.status === 'acknowledged' ? 'acknowledged' : 'new'
}

/**
 * Did a letter come after the decision? By its place in the log, since its time may be its origin's (Connect
 * and Streams keep it).
 */
export function isNewer(
  { marks, atMs }: Pick<Triage, 'marks' | 'atMs'>,
  letter: { topic: string; partition: number; offset: number; atMs: number },
): boolean {
  if (marks === null) return letter.atMs > atMs
  return letter.offset > (marks[letter.topic]?.ends[letter.partition] ?? -1)
}

/** Status of one letter, by the same rules. */
export function letterStatus(
  letter: {
    replayed: boolean
    dropped: boolean
    refailed: boolean
    topic: string
    partition: number
    offset: number
    atMs: number
  },
  triage: Triage | undefined,
  replaying = false,
): IssueStatus {
  return issueStatus(
    {
      open: letter.replayed || letter.dropped ? 0 : 1,
      replayed: letter.replayed ? 1 : 0,
      refailed: letter.refailed && !letter.replayed && !letter.dropped ? 1 : 0,
      newer: triage !== undefined && isNewer(triage, letter),
      replaying,
    },
    triage,
  )
}
