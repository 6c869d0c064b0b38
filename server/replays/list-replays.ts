import { replays } from '@/lib/contracts/replays'
import { authorise, mayDo } from '@/server/auth/authorise'
import { paginate } from '@/server/http/paginate'
import { verb } from '@/server/http/verb'
import { listRows, toReplay } from './replay-store'

/** The newest that a list goes back to. */
const LISTED_MAX = 5_000

/** Replays of topics that the caller may see, running first, then newest. */
export const listReplays = verb(replays.list, async (ctx, input) => {
  const { cluster } = input
  authorise(ctx, 'replay.read', { cluster })
  ctx.clusters.get(cluster)
  const rows = await listRows(ctx.store, cluster, input.state, LISTED_MAX)
  const seen = rows.filter(row => mayDo(ctx, 'replay.read', { cluster, topic: row.sourceTopic }))
  // Stable: the rows come newest first.
  const sorted = seen.sort((a, b) => Number(b.state === 'running') - Number(a.state === 'running'))
  const { items, next, previous } = paginate(sorted, input, row => row.id)
  return { items: items.map(toReplay), next, previous, total: seen.length }
})
