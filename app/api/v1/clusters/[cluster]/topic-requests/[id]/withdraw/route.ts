import { handle } from '@/server/http/handle'
import { withdrawRequest } from '@/server/requests/withdraw-request'

export const POST = handle(withdrawRequest)
