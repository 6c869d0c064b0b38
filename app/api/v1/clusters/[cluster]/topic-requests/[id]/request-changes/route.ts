import { handle } from '@/server/http/handle'
import { requestChanges } from '@/server/requests/decline-request'

export const POST = handle(requestChanges)
