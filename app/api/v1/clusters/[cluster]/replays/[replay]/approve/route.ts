import { handle } from '@/server/http/handle'
import { approveReplay } from '@/server/replays/approve-replay'

export const POST = handle(approveReplay)
