import { splitIssue } from '@/server/dead-letters/split-issue'
import { handle } from '@/server/http/handle'

export const POST = handle(splitIssue)
