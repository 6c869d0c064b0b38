import { handle } from '@/server/http/handle'
import { approveRequest } from '@/server/requests/approve-request'

export const POST = handle(approveRequest)
