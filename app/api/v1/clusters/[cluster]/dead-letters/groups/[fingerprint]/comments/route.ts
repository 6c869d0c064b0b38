import { commentIssue } from '@/server/dead-letters/comment-issue'
import { handle } from '@/server/http/handle'

export const POST = handle(commentIssue)
