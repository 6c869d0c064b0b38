import { listIssues } from '@/server/dead-letters/list-issues'
import { handle } from '@/server/http/handle'

export const GET = handle(listIssues)
