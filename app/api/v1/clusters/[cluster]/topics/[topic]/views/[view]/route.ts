import { handle } from '@/server/http/handle'
import { deleteView } from '@/server/messages/saved-views'

export const DELETE = handle(deleteView)
