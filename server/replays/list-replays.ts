import { replays } from '@/lib/contracts/replays'
import { authorise, mayDo } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { listRows } from './list-rows'
import { toReplays } from './waits-for'

/** Replays of topics that the caller may see, running first, then newest. */
export const listReplays = verb(replays.list, async (ctx, input) => {
  const { cluster, state } = input
  authorise(ctx, 'replay.read', { cluster })
  ctx.clusters.get(cluster)
  const may = (topic: string) => mayDo(ctx, 'replay.read', { cluster, topic })
  const { rows, next, previous, total } = await listRows(ctx.store, cluster, { state, may }, input)
  return { items: await toReplays(ctx, cluster, rows), next, previous, total }
})
