import { handle } from '@/server/http/handle'
import { getSubject } from '@/server/schemas/get-subject'

export const GET = handle(getSubject)
