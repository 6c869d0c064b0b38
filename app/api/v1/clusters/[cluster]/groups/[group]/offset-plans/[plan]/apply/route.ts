import { applyOffsetPlan } from '@/server/groups/offsets/apply-offset-plan'
import { handle } from '@/server/http/handle'

export const POST = handle(applyOffsetPlan)
