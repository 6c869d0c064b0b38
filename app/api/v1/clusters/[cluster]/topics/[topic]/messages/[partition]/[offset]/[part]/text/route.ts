import { handle } from '@/server/http/handle'
import { getMessageText } from '@/server/messages/get-message-text'

export const GET = handle(getMessageText)
