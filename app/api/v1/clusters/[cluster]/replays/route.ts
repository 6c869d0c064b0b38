import { handle } from '@/server/http/handle'
import { createReplay } from '@/server/replays/create-replay'
import { listReplays } from '@/server/replays/list-replays'

export const GET = handle(listReplays)
export const POST = handle(createReplay)
