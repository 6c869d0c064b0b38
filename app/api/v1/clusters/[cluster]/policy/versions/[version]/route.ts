import { handle } from '@/server/http/handle'
import { getPolicyVersion } from '@/server/policies/list-policy-versions'

export const GET = handle(getPolicyVersion)
