import { handle } from '@/server/http/handle'
import { declineRequest } from '@/server/requests/decline-request'

export const POST = handle(declineRequest)
