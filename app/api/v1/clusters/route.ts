import { listClusters } from '@/server/clusters/list-clusters'
import { handle } from '@/server/http/handle'

export const GET = handle(listClusters)
