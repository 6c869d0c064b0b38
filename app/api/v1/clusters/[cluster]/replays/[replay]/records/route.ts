import { handle } from '@/server/http/handle'
import { listReplayRecords } from '@/server/replays/list-replay-records'

export const GET = handle(listReplayRecords)
