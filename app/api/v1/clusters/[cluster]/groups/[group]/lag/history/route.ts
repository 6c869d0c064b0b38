import { getLagHistory } from '@/server/groups/get-lag-history'
import { handle } from '@/server/http/handle'

export const GET = handle(getLagHistory)
