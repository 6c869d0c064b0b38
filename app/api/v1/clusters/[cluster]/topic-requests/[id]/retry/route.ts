import { handle } from '@/server/http/handle'
import { retryRequest } from '@/server/requests/retry-request'

export const POST = handle(retryRequest)
