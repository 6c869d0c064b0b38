import { handle } from '@/server/http/handle'
import { streamReplay } from '@/server/replays/stream-replay'

export const GET = handle(streamReplay)
