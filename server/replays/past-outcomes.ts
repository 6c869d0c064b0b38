import { and, desc, eq, gt, gte, inArray, ne, or } from 'drizzle-orm'
import type { Refusal, Replay } from '@/lib/contracts/replays'
import { toStoreError } from '@/server/store/errors'
import { replay, replayRecord } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import { type ReplayItem, unpackItems } from './replay-item'
import type { ReplayRow } from './replay-store'

/** Chunks of a thousand records that one look reads at most, the newest replays first. */
const CHUNKS_MAX = 2_000
const CHUNKS_AT_ONCE = 50
const REPLAYS_MAX = 1_000

type Guarantee = Replay['guarantee']
/** What an earlier replay's own report says of a letter. */
export type PastOutcome = { replay: string; guarantee: Guarantee; item: ReplayItem }
export type PastOutcomes = {
  of(letter: { partition: number; offset: bigint }): PastOutcome | null
  /** false: there are so many that the oldest were not read. */
  complete: boolean
}

export const NOTHING_PAST: PastOutcomes = { of: () => null, complete: true }

const letterKey = (letter: { partition: number; offset: bigint }) => `${letter.partition}/${letter.offset}`

/**
 * What replays of these guarantees say of letters of a topic. One that is at least once is in no ledger:
 * only its mirror knows what it sent (`replayed`), and what may have arrived or not (`unknown`). Copies and
 * the replay `except` count for nothing. Where several speak of a letter, one that sent it, and of those the
 * newest. Throws STORE_*.
 */
export async function pastOutcomes(
  store: Store,
  from: { cluster: string; sourceTopicId: string; guarantees: readonly Guarantee[]; except?: string },
  letters: Iterable<{ partition: number; offset: bigint }>,
): Promise<PastOutcomes> {
  const replays = await replaysThatSent(store, from)
  if (replays.length === 0) return NOTHING_PAST
  const wanted = new Set<string>()
  for (const letter of letters) wanted.add(letterKey(letter))
  const found = new Map<string, PastOutcome>()
  let missing = wanted.size
  const note = (past: PastOutcome) => {
    const key = letterKey(past.item)
    const known = found.get(key)
    if (!wanted.has(key) || known?.item.outcome === 'replayed') return
    if (past.item.outcome === 'replayed') missing -= 1
    else if (known || past.item.outcome !== 'unknown') return
    found.set(key, past)
  }
  const pastOf = (letter: { partition: number; offset: bigint }) => found.get(letterKey(letter)) ?? null
  let left = CHUNKS_MAX
  for (const { id, guarantee } of replays) {
    if (missing === 0) break
    for await (const items of sentChunks(store, id)) {
      if (left-- === 0) return { of: pastOf, complete: false }
      for (const item of items) note({ replay: id, guarantee, item })
      if (missing === 0) break
    }
  }
  return { of: pastOf, complete: missing === 0 || replays.length < REPLAYS_MAX }
}

/** Replays of a cluster, or of one topic, that sent something; the newest first. Copies are none. Throws STORE_*. */
export async function replaysThatSent(
  store: Store,
  from: { cluster: string; sourceTopicId?: string; guarantees: readonly Guarantee[]; except?: string },
): Promise<{ id: string; guarantee: Guarantee; sourceTopicId: string | null; replayed: number }[]> {
  const where = [
    eq(replay.cluster, from.cluster),
    eq(replay.kind, 'replay'),
    inArray(replay.guarantee, [...from.guarantees]),
    or(gt(replay.replayed, 0), gt(replay.unknown, 0)),
  ]
  if (from.sourceTopicId !== undefined) where.push(eq(replay.sourceTopicId, from.sourceTopicId))
  if (from.except !== undefined) where.push(ne(replay.id, from.except))
  const { id, guarantee, sourceTopicId, replayed } = replay
  try {
    return await store.db
      .select({ id, guarantee, sourceTopicId, replayed })
      .from(replay)
      .where(and(...where))
      .orderBy(desc(replay.createdAtMs))
      .limit(REPLAYS_MAX)
  } catch (error) {
    throw toStoreError(error)
  }
}

/** The records of a replay as its mirror has them, a thousand at a time, some read ahead. Throws STORE_*. */
export async function* sentChunks(store: Store, id: string): AsyncGenerator<ReplayItem[]> {
  for (let from = 0; ; from += CHUNKS_AT_ONCE) {
    let packed: string[]
    try {
      const rows = await store.db
        .select({ packed: replayRecord.packed })
        .from(replayRecord)
        .where(and(eq(replayRecord.replay, id), gte(replayRecord.chunk, from)))
        .orderBy(replayRecord.chunk)
        .limit(CHUNKS_AT_ONCE)
      packed = rows.map(row => row.packed)
    } catch (error) {
      throw toStoreError(error)
    }
    for (const text of packed) yield unpackItems(text)
    if (packed.length < CHUNKS_AT_ONCE) return
  }
}

/** Why a letter with this past is refused; `replayed` under transactions is the ledger's own word. */
export function refusalOfPast({ guarantee, item }: PastOutcome): Refusal {
  if (item.outcome === 'unknown') return 'outcome-unknown'
  return guarantee === 'exactly-once' ? 'already-replayed' : 'replayed-at-least-once'
}

/**
 * Of one replay's records that remain, those that others sent since its plan was made are marked as refused
 * and answered. Under transactions the ledger tells of its own kind. Throws STORE_*.
 */
export async function refusePast(
  store: Store,
  row: Pick<ReplayRow, 'id' | 'cluster' | 'kind' | 'guarantee' | 'again'>,
  sourceTopicId: string,
  items: readonly ReplayItem[],
  nowMs: number,
): Promise<ReplayItem[]> {
  if (row.kind === 'copy' || row.again) return []
  const guarantees: Guarantee[] = ['at-least-once']
  if (row.guarantee === 'at-least-once') guarantees.push('exactly-once')
  const remaining = items.filter(item => item.outcome === 'remaining')
  const from = { cluster: row.cluster, sourceTopicId, guarantees, except: row.id }
  const past = await pastOutcomes(store, from, remaining)
  const refused: ReplayItem[] = []
  for (const item of remaining) {
    const sent = past.of(item)
    if (!sent) continue
    refused.push(Object.assign(item, { outcome: 'refused', reason: refusalOfPast(sent), atMs: nowMs }))
  }
  return refused
}
