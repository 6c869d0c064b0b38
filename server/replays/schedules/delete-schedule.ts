import { replaySchedules } from '@/lib/contracts/replay-schedules'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { deleteSchedule, findSchedule } from './schedule-store'

/** Removes a schedule; a replay that it began goes on. Throws SCHEDULE_UNKNOWN, DENIED, STORE_*. */
export const removeSchedule = verb(replaySchedules.remove, async (ctx, { cluster, schedule: id }) => {
  authorise(ctx, 'replay.run', { cluster })
  const { name } = await findSchedule(ctx.store, cluster, id)
  const subject = { action: 'replay.schedule.delete', cluster, resource: `schedule:${id}`, details: { name } }
  await audited(ctx, subject, () => deleteSchedule(ctx.store, cluster, id))
  return { id }
})
