import { and, asc, eq, inArray } from 'drizzle-orm'
import * as z from 'zod'
import { unpackItems } from '@/server/replays/replay-item'
import { replay, replayPlan, replayRecord } from '@/server/store/schema'
import type { Store } from '@/server/store/types'

/** What a running replay takes: an issue, letters by their places, or so many of a topic that all of it counts. */
export type RunningSelection = {
  topic: string
  fingerprint: string | null
  records: { partition: number; offset: bigint }[] | null
}

const MOST_REPLAYS = 100
/** A thousand records each; a larger selection stands for its whole topic. */
const MOST_CHUNKS = 20
const requestSchema = z.object({ topic: z.string(), fingerprint: z.string().nullable() })

/**
 * Selections of the cluster's replays that run or pause, by replay: their issues are `replaying`. A selection
 * never changes: what is known is not read again.
 */
export async function readRunning(
  store: Store,
  cluster: string,
  known: ReadonlyMap<string, RunningSelection>,
): Promise<ReadonlyMap<string, RunningSelection>> {
  const rows = await store.db
    .select({ id: replay.id, kind: replay.kind, request: replayPlan.request })
    .from(replay)
    .innerJoin(replayPlan, eq(replay.planId, replayPlan.id))
    .where(and(eq(replay.cluster, cluster), inArray(replay.state, ['running', 'paused'])))
    .limit(MOST_REPLAYS)
  if (rows.length === known.size && rows.every(row => known.has(row.id))) return known
  const running = new Map<string, RunningSelection>()
  for (const { id, kind, request } of rows) {
    const parsed = requestSchema.safeParse(JSON.parse(request))
    // A copy does nothing about letters.
    if (!parsed.success || kind === 'copy') continue
    const { topic, fingerprint } = parsed.data
    const records = fingerprint === null ? await readPlaces(store, id) : null
    running.set(id, known.get(id) ?? { topic, fingerprint, records })
  }
  return running
}

async function readPlaces(store: Store, id: string): Promise<RunningSelection['records']> {
  const chunks = await store.db
    .select({ packed: replayRecord.packed })
    .from(replayRecord)
    .where(eq(replayRecord.replay, id))
    .orderBy(asc(replayRecord.chunk))
    .limit(MOST_CHUNKS + 1)
  if (chunks.length > MOST_CHUNKS) return null
  return chunks.flatMap(({ packed }) =>
    unpackItems(packed).map(({ partition, offset }) => ({ partition, offset })),
  )
}
