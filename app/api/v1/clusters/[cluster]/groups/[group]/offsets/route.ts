import { removeOffsets } from '@/server/groups/offsets/remove-offsets'
import { handle } from '@/server/http/handle'

export const DELETE = handle(removeOffsets)
