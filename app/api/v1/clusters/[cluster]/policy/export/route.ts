import { handle } from '@/server/http/handle'
import { exportPolicy } from '@/server/policies/list-policy-versions'

export const GET = handle(exportPolicy)
