import { getGroup } from '@/server/groups/get-group'
import { handle } from '@/server/http/handle'

export const GET = handle(getGroup)
