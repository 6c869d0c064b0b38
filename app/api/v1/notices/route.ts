import { handle } from '@/server/http/handle'
import { listNotices } from '@/server/outbox/list-notices'

export const GET = handle(listNotices)
