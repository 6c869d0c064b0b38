import { handle } from '@/server/http/handle'
import { listMessages } from '@/server/messages/list-messages'

export const GET = handle(listMessages)
