import { replaySchedules } from '@/lib/contracts/replay-schedules'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { authoriseSchedule, checkSchedule } from './check-schedule'
import { changeSchedule, findSchedule, packSchedule, toSchedule } from './schedule-store'

/**
 * Changes a schedule as a whole; it is theirs who changed it. Throws SCHEDULE_UNKNOWN, DENIED, INPUT_INVALID,
 * STORE_*.
 */
export const updateSchedule = verb(replaySchedules.update, async (ctx, { schedule: id, ...input }) => {
  const { cluster, name, enabled } = input
  authorise(ctx, 'replay.read', { cluster })
  checkSchedule(ctx, input)
  const before = await findSchedule(ctx.store, cluster, id)
  // It is taken from whoever saved it: that takes the right to what it does, too.
  if (before.by !== ctx.actor.name) authoriseSchedule(ctx, before)
  const atMs = ctx.clock.now()
  const enabledAtMs = enabled ? (before.enabled ? before.enabledAtMs : atMs) : null
  const change = {
    name,
    enabled,
    enabledAtMs,
    body: packSchedule(input),
    by: ctx.actor.name,
    atMs,
    problem: null,
  }
  const subject = { action: 'replay.schedule.update', cluster, resource: `schedule:${id}`, details: input }
  await audited(ctx, subject, () => changeSchedule(ctx.store, { cluster, id }, change))
  return toSchedule(await findSchedule(ctx.store, cluster, id))
})
