import { createOffsetPlan } from '@/server/groups/offsets/create-offset-plan'
import { listOffsetPlans } from '@/server/groups/offsets/list-offset-plans'
import { handle } from '@/server/http/handle'

export const POST = handle(createOffsetPlan)
export const GET = handle(listOffsetPlans)
