import { handle } from '@/server/http/handle'
import { getMessage } from '@/server/messages/get-message'

export const GET = handle(getMessage)
