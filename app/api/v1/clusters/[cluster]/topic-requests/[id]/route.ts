import { handle } from '@/server/http/handle'
import { editRequest } from '@/server/requests/edit-request'
import { getRequest } from '@/server/requests/get-request'

export const GET = handle(getRequest)
export const PUT = handle(editRequest)
