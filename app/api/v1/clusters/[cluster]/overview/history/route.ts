import { getOverviewHistory } from '@/server/clusters/get-overview-history'
import { handle } from '@/server/http/handle'

export const GET = handle(getOverviewHistory)
