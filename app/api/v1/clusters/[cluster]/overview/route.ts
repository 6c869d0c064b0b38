import { getOverview } from '@/server/clusters/get-overview'
import { handle } from '@/server/http/handle'

export const GET = handle(getOverview)
