import { handle } from '@/server/http/handle'
import { listPolicyVersions } from '@/server/policies/list-policy-versions'

export const GET = handle(listPolicyVersions)
