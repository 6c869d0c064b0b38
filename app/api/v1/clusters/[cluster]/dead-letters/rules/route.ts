import { createRule, listRules } from '@/server/dead-letters/rules'
import { handle } from '@/server/http/handle'

export const GET = handle(listRules)
export const POST = handle(createRule)
