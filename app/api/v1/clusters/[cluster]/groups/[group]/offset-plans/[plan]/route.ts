import { getOffsetPlan } from '@/server/groups/offsets/get-offset-plan'
import { handle } from '@/server/http/handle'

export const GET = handle(getOffsetPlan)
