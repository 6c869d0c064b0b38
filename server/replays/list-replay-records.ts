import { replays } from '@/lib/contracts/replays'
import { authorise } from '@/server/auth/authorise'
import { paginate } from '@/server/http/paginate'
import { verb } from '@/server/http/verb'
import { loadItems, loadReplay } from './replay-store'

/** What became of each record, by partition and offset. */
export const listReplayRecords = verb(replays.records, async (ctx, input) => {
  const row = await loadReplay(ctx.store, input.cluster, input.replay)
  authorise(ctx, 'replay.read', { cluster: input.cluster, topic: row.sourceTopic })
  const all = await loadItems(ctx.store, row.id)
  const matching = input.outcome === undefined ? all : all.filter(item => item.outcome === input.outcome)
  const { items, next, previous } = paginate(matching, input, item => `${item.partition}/${item.offset}`)
  return {
    items: items.map(item => ({
      partition: item.partition,
      offset: item.offset.toString(),
      outcome: item.outcome,
      reason: item.reason,
      target: item.target && { ...item.target, offset: item.targetOffset?.toString() ?? null },
      at: item.atMs === null ? null : new Date(item.atMs).toISOString(),
    })),
    next,
    previous,
    total: all.length,
    matched: matching.length,
  }
})
