import { handle } from '@/server/http/handle'
import { declineReplay } from '@/server/replays/decline-replay'

export const POST = handle(declineReplay)
