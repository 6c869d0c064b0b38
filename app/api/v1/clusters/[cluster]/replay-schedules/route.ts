import { handle } from '@/server/http/handle'
import { createSchedule } from '@/server/replays/schedules/create-schedule'
import { listSchedules } from '@/server/replays/schedules/list-schedules'

export const GET = handle(listSchedules)
export const POST = handle(createSchedule)
