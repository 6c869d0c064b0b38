import { handle } from '@/server/http/handle'
import { listAllRequests } from '@/server/requests/list-requests'

export const GET = handle(listAllRequests)
