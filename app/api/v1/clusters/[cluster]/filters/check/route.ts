import { handle } from '@/server/http/handle'
import { checkFilter } from '@/server/messages/check-filter'

export const GET = handle(checkFilter)
