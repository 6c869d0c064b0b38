import { and, desc, eq, inArray } from 'drizzle-orm'
import * as z from 'zod'
import type { IssueEvent } from '@/lib/contracts/dead-letter-triage'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { sentChunks } from '@/server/replays/past-outcomes'
import { toStoreError } from '@/server/store/errors'
import { replay } from '@/server/store/schema'
import type { Store } from '@/server/store/types'
import type { DeadLetterIndex, TopicFilter } from './service'

/** The newest of the issue's topics. */
const REPLAYS_MAX = 100
/** A thousand records each, over all replays that name letters by their places. */
const CHUNKS_MAX = 20

type ReplayRow = typeof replay.$inferSelect
/** Letters of the issue in a replay; `whole` false: not all of the replay was looked at, it may be more. */
type Part = { letters: number; replayed: number; whole: boolean }

const optionsSchema = z.object({ request: z.object({ fingerprint: z.string().nullable() }) })

/**
 * What replays did with an issue's letters, as entries of its history: one for each replay from a topic that
 * `may.replays` lets through, and one for the letters that came back. A replay of the issue is one of its by
 * the request; any other by its records, as long as the index still holds them as letters of the issue.
 * Copies are none. Throws STORE_*.
 */
export async function readIssueReplays(
  { store, index }: { store: Store; index: DeadLetterIndex },
  { cluster, issue }: { cluster: string; issue: DeadLetterIssue },
  may: { list: TopicFilter; replays: TopicFilter },
): Promise<IssueEvent[]> {
  const events = refailed(index, issue, may.list)
  const topics = issue.topics.filter(may.replays)
  if (topics.length === 0) return events
  const budget = { chunks: CHUNKS_MAX }
  for (const row of await newestOf(store, cluster, topics)) {
    const part = await partOf(store, index, row, issue.fingerprint, budget)
    if (part && part.letters > 0) events.push(toEvent(row, part))
  }
  return events
}

async function newestOf(store: Store, cluster: string, topics: string[]): Promise<ReplayRow[]> {
  try {
    return await store.db
      .select()
      .from(replay)
      .where(and(eq(replay.cluster, cluster), eq(replay.kind, 'replay'), inArray(replay.sourceTopic, topics)))
      .orderBy(desc(replay.createdAtMs))
      .limit(REPLAYS_MAX)
  } catch (error) {
    throw toStoreError(error)
  }
}

async function partOf(
  store: Store,
  index: DeadLetterIndex,
  row: ReplayRow,
  fingerprint: string,
  budget: { chunks: number },
): Promise<Part | null> {
  const options = optionsSchema.safeParse(JSON.parse(row.options))
  if (!options.success) return null
  const asked = options.data.request.fingerprint
  if (asked !== null)
    return index.canonicalOf(asked) === fingerprint
      ? { letters: row.selected, replayed: row.replayed, whole: true }
      : null
  // A topic made anew has other letters at these places.
  if (row.sourceTopicId !== index.topicId(row.sourceTopic)) return null
  const part: Part = { letters: 0, replayed: 0, whole: true }
  if (budget.chunks <= 0) return null
  for await (const items of sentChunks(store, row.id)) {
    if (budget.chunks-- <= 0) return { ...part, whole: false }
    for (const { partition, offset, outcome } of items) {
      if (index.find(row.sourceTopic, partition, offset)?.fingerprint !== fingerprint) continue
      part.letters += 1
      if (outcome === 'replayed') part.replayed += 1
    }
  }
  return part
}

function toEvent(row: ReplayRow, { letters, replayed, whole }: Part): IssueEvent {
  return {
    id: row.id,
    at: new Date(row.startedAtMs ?? row.createdAtMs).toISOString(),
    actor: row.by,
    actorKind: row.schedule === null ? 'user' : 'system',
    kind: 'replay',
    from: null,
    to: row.state,
    text: row.reason,
    replay: { id: row.id, state: row.state, letters, replayed, whole },
  }
}

/** Letters of the issue that died again after a replay and wait for somebody, at the time of the newest. */
function refailed(index: DeadLetterIndex, { fingerprint, lastSeen }: DeadLetterIssue, may: TopicFilter) {
  const { rows, matched } = index.page({ fingerprint, status: 'refailed', may }, 1, null, false)
  const [newest] = rows
  if (!newest) return []
  const event: IssueEvent = {
    id: 'refailed',
    at: newest.message.timestamp ?? lastSeen,
    actor: 'milena',
    actorKind: 'system',
    kind: 'refailed',
    from: 'replayed',
    to: `${matched}`,
    text: null,
  }
  return [event]
}
