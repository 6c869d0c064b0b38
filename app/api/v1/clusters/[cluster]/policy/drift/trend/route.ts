import { getDriftTrend } from '@/server/drift/get-drift'
import { handle } from '@/server/http/handle'

export const GET = handle(getDriftTrend)
