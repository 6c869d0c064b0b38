import { handle } from '@/server/http/handle'
import { pauseReplay } from '@/server/replays/pause-replay'

export const POST = handle(pauseReplay)
