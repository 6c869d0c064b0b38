import { handle } from '@/server/http/handle'
import { listMessages } from '@/server/messages/list-messages'
import { produceMessage } from '@/server/produce/produce-message'

export const GET = handle(listMessages)
export const POST = handle(produceMessage)
