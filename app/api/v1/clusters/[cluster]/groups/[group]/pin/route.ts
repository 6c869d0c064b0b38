import { pinGroup } from '@/server/groups/pin-group'
import { unpinGroup } from '@/server/groups/unpin-group'
import { handle } from '@/server/http/handle'

export const PUT = handle(pinGroup)
export const DELETE = handle(unpinGroup)
