import { undoOffsetPlan } from '@/server/groups/offsets/undo-offset-plan'
import { handle } from '@/server/http/handle'

export const POST = handle(undoOffsetPlan)
