import { handle } from '@/server/http/handle'
import { getReplayEdit } from '@/server/replays/get-replay-edit'

export const GET = handle(getReplayEdit)
