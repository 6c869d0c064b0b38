import { mergeIssues } from '@/server/dead-letters/merge-issues'
import { handle } from '@/server/http/handle'

export const POST = handle(mergeIssues)
