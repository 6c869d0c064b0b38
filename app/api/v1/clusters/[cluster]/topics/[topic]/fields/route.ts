import { handle } from '@/server/http/handle'
import { listFields } from '@/server/messages/list-fields'

export const GET = handle(listFields)
