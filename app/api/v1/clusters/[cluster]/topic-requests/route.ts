import { handle } from '@/server/http/handle'
import { fileRequest } from '@/server/requests/file-request'
import { listRequests } from '@/server/requests/list-requests'

export const GET = handle(listRequests)
export const POST = handle(fileRequest)
