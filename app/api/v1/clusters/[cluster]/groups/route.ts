import { listGroups } from '@/server/groups/list-groups'
import { handle } from '@/server/http/handle'

export const GET = handle(listGroups)
