import { restoreDrop } from '@/server/dead-letters/restore-drop'
import { handle } from '@/server/http/handle'

export const DELETE = handle(restoreDrop)
