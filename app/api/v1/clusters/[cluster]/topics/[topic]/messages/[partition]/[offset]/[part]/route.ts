import { handle } from '@/server/http/handle'
import { getRawMessage } from '@/server/messages/get-raw-message'

export const GET = handle(getRawMessage)
