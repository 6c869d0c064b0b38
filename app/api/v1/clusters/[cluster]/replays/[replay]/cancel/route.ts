import { handle } from '@/server/http/handle'
import { cancelReplay } from '@/server/replays/cancel-replay'

export const POST = handle(cancelReplay)
