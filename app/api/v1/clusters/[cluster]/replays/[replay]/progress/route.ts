import { handle } from '@/server/http/handle'
import { getProgress } from '@/server/replays/get-progress'

export const GET = handle(getProgress)
