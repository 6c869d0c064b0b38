import { replaySchedules } from '@/lib/contracts/replay-schedules'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { readSchedules, toSchedule } from './schedule-store'

/** Schedules of a cluster, by name. */
export const listSchedules = verb(replaySchedules.list, async (ctx, { cluster }) => {
  authorise(ctx, 'replay.read', { cluster })
  ctx.clusters.get(cluster)
  return { items: (await readSchedules(ctx.store, cluster)).map(toSchedule) }
})
