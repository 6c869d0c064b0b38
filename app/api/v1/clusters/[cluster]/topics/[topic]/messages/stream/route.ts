import { handle } from '@/server/http/handle'
import { streamMessages } from '@/server/messages/stream-messages'

export const GET = handle(streamMessages)
