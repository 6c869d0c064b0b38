import { type ReplayProgress, replays } from '@/lib/contracts/replays'
import { toAppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { type GroupProgress, groupProgress, NewLetters } from './follow-up'
import { loadItems, loadReplay, optionsOf, type ReplayOptions, type ReplayRow } from './replay-store'

/** New letters are read for so long; then `complete` is false. */
const READ_MS = 3_000

/**
 * Its pace, how the groups get on with what was replayed, and what of it came back dead: asked of Kafka now,
 * so that it is the same on every replica and long after the end. Parts that Kafka does not answer are empty.
 * Throws REPLAY_UNKNOWN, DENIED.
 */
export const getProgress = verb(replays.progress, async (ctx, input) => {
  const row = await loadReplay(ctx.store, input.cluster, input.replay)
  authorise(ctx, 'replay.read', { cluster: input.cluster, topic: row.sourceTopic })
  const pace = ctx.services.replays.of(input.cluster).pace(row.id)
  const options = optionsOf(row)
  const { plannedAtMs } = options
  const [letters, groups] = await Promise.all([newLetters(ctx, row, options), groupsOf(ctx, row, options)])
  const remaining = row.selected - row.replayed - row.refused - row.failed - row.cancelled - row.unknown
  const answer: ReplayProgress = {
    recordsPerSecond: pace,
    etaMs: pace ? Math.round((remaining / pace) * 1000) : null,
    groups: groups.map(one => ({ ...one, lag: one.lag?.toString() ?? null })),
    returned: { count: letters.returned, complete: letters.complete, samples: letters.samples },
    newLetters: letters.ofGroups,
    newLettersSince: plannedAtMs === null ? null : new Date(plannedAtMs).toISOString(),
    at: new Date(ctx.clock.now()).toISOString(),
  }
  return answer
})

async function newLetters(ctx: Context, row: ReplayRow, { frozen }: ReplayOptions): Promise<NewLetters> {
  const { failingGroups: groups, sourceEnds: ends } = frozen
  const letters = new NewLetters({ topic: row.sourceTopic, replay: row.id, groups, ends })
  const cluster = ctx.clusters.get(row.cluster)
  const fetcher = cluster.openFetcher({ signal: ctx.signal })
  try {
    await letters.read(fetcher, cluster, READ_MS, ctx.signal)
  } catch (error) {
    letters.complete = false
    if (toAppError(error).code === 'CANCELLED') throw error
  } finally {
    fetcher.close()
  }
  return letters
}

async function groupsOf(
  ctx: Context,
  row: ReplayRow,
  { request, frozen }: ReplayOptions,
): Promise<GroupProgress[]> {
  try {
    const cluster = ctx.clusters.get(request.targetCluster ?? row.cluster)
    const items = await loadItems(ctx.store, row.id)
    return await groupProgress(cluster, items, frozen.failingGroups, ctx.signal)
  } catch (error) {
    if (toAppError(error).code === 'CANCELLED') throw error
    return []
  }
}
