import { getGroup } from '@/server/groups/get-group'
import { removeGroup } from '@/server/groups/offsets/remove-group'
import { handle } from '@/server/http/handle'

export const GET = handle(getGroup)
export const DELETE = handle(removeGroup)
