import { handle } from '@/server/http/handle'
import { removeSchedule } from '@/server/replays/schedules/delete-schedule'
import { updateSchedule } from '@/server/replays/schedules/update-schedule'

export const PUT = handle(updateSchedule)
export const DELETE = handle(removeSchedule)
