import { handle } from '@/server/http/handle'
import { getReport } from '@/server/replays/get-report'

export const GET = handle(getReport)
