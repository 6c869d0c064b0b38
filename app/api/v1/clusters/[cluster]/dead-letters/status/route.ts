import { setIssueStatus } from '@/server/dead-letters/set-status'
import { handle } from '@/server/http/handle'

export const POST = handle(setIssueStatus)
