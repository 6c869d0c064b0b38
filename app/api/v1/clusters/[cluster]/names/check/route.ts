import { handle } from '@/server/http/handle'
import { checkName } from '@/server/topics/check-name'

export const POST = handle(checkName)
