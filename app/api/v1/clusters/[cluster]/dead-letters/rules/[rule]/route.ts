import { deleteRule, updateRule } from '@/server/dead-letters/rules'
import { handle } from '@/server/http/handle'

export const PUT = handle(updateRule)
export const DELETE = handle(deleteRule)
