import { randomUUID } from 'node:crypto'
import { replaySchedules } from '@/lib/contracts/replay-schedules'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { verb } from '@/server/http/verb'
import { checkSchedule } from './check-schedule'
import { findSchedule, insertSchedule, packSchedule, readSchedules, toSchedule } from './schedule-store'

/** Bounded: each is looked at every few seconds. */
const MOST = 100

/** Adds a schedule, off unless it is enabled. Throws DENIED, INPUT_INVALID, STORE_*. */
export const createSchedule = verb(replaySchedules.create, async (ctx, input) => {
  const { cluster, name, enabled } = input
  checkSchedule(ctx, input)
  if ((await readSchedules(ctx.store, cluster)).length >= MOST)
    throw new AppError('INPUT_INVALID', {
      fields: [{ path: 'name', code: 'TOO_MANY', message: `There are ${MOST} schedules already.` }],
    })
  const id = `s-${randomUUID()}`
  const atMs = ctx.clock.now()
  const row = { id, cluster, name, enabled, body: packSchedule(input), by: ctx.actor.name, atMs }
  const subject = { action: 'replay.schedule.create', cluster, resource: `schedule:${id}`, details: input }
  await audited(ctx, subject, () => insertSchedule(ctx.store, { ...row, enabledAtMs: enabled ? atMs : null }))
  return toSchedule(await findSchedule(ctx.store, cluster, id))
})
