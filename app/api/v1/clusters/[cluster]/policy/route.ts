import { handle } from '@/server/http/handle'
import { getPolicy } from '@/server/policies/get-policy'
import { putPolicy } from '@/server/policies/put-policy'
import { removePolicy } from '@/server/policies/remove-policy'

export const GET = handle(getPolicy)
export const PUT = handle(putPolicy)
export const DELETE = handle(removePolicy)
