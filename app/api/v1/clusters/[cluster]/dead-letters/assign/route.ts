import { assignIssues } from '@/server/dead-letters/assign-issues'
import { handle } from '@/server/http/handle'

export const POST = handle(assignIssues)
