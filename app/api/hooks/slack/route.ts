import { serveHook } from '@/server/hooks/serve-hook'
import { takeSlackClick } from '@/server/hooks/slack-hook'

export const POST = serveHook('slack', takeSlackClick)
