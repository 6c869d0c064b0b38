import { takeJiraEvent } from '@/server/hooks/jira-hook'
import { serveHook } from '@/server/hooks/serve-hook'

export const POST = serveHook('jira', takeJiraEvent)
