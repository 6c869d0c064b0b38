import { handle } from '@/server/http/handle'
import { getTable } from '@/server/messages/get-table'
import { putTable } from '@/server/messages/put-table'

export const GET = handle(getTable)
export const PUT = handle(putTable)
