import { getIssue } from '@/server/dead-letters/get-issue'
import { handle } from '@/server/http/handle'

export const GET = handle(getIssue)
