import { handle } from '@/server/http/handle'
import { getReplay } from '@/server/replays/get-replay'

export const GET = handle(getReplay)
