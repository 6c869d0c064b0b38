import { removeMember } from '@/server/groups/offsets/remove-member'
import { handle } from '@/server/http/handle'

export const DELETE = handle(removeMember)
